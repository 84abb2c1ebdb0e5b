package wkd

// DialPublic is the guarded way into the network.
var DialPublic = dialPublic
