package postfixtest

import (
	"fmt"
	"sort"
	"strings"
)

// mainConfig is main.cf: takes mail from loopback for everybody, knows no
// local users, asks no DNS.
func mainConfig(folder, daemons string, options Options) string {
	var b strings.Builder
	set := func(name, format string, values ...any) {
		fmt.Fprintf(&b, "%s = %s\n", name, fmt.Sprintf(format, values...))
	}
	set("compatibility_level", "3.6")
	set("queue_directory", "%s/queue", folder)
	set("data_directory", "%s/data", folder)
	set("daemon_directory", "%s", daemons)
	set("maillog_file", "%s/log", folder)
	set("maillog_file_prefixes", "%s", folder)
	set("myhostname", "relay.example.org")
	set("mydestination", "")
	set("alias_maps", "")
	set("alias_database", "")
	set("inet_interfaces", "127.0.0.1")
	set("inet_protocols", "ipv4")
	set("mynetworks", "127.0.0.0/8")
	set("smtpd_peername_lookup", "no")
	set("smtp_host_lookup", "native")
	set("disable_dns_lookups", "yes")
	set("smtpd_relay_restrictions", "permit_mynetworks, reject")
	set("message_size_limit", "67108864")
	delivery(set, folder, options.Forward)
	if options.TLS {
		set("smtpd_tls_security_level", "may")
		set("smtpd_tls_cert_file", "%s/etc/cert.pem", folder)
		set("smtpd_tls_key_file", "%s/etc/key.pem", folder)
	}
	refusals(set, options.Refuse)
	return b.String()
}

func delivery(set func(string, string, ...any), folder, forward string) {
	if forward != "" {
		host, port, _ := strings.Cut(forward, ":")
		set("default_transport", "smtp:[%s]:%s", host, port)
		return
	}
	set("default_transport", "virtual")
	set("virtual_mailbox_base", "%s/mail", folder)
	set("virtual_mailbox_maps", "static:all/")
	set("virtual_uid_maps", "static:65534")
	set("virtual_gid_maps", "static:65534")
	set("virtual_minimum_uid", "100")
	set("virtual_mailbox_limit", "0")
}

func refusals(set func(string, string, ...any), refuse map[string]string) {
	var rules []string
	for address, reply := range refuse {
		rules = append(rules, fmt.Sprintf("{ %s = %s }", address, reply))
	}
	if len(rules) == 0 {
		return
	}
	sort.Strings(rules)
	table := "inline:{ " + strings.Join(rules, ", ") + " }"
	set("smtpd_sender_restrictions", "check_sender_access %s", table)
	set("smtpd_recipient_restrictions", "check_recipient_access %s, permit_mynetworks, reject", table)
}

// masterConfig is master.cf: the fewest services that take and deliver mail,
// none in a chroot.
func masterConfig(address string) string {
	return address + ` inet n - n - - smtpd
postlog unix-dgram n - n - 1 postlogd
cleanup unix n - n - 0 cleanup
qmgr    unix n - n 300 1 qmgr
tlsmgr  unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce  unix - - n - 0 bounce
defer   unix - - n - 0 bounce
trace   unix - - n - 0 bounce
verify  unix - - n - 1 verify
flush   unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp    unix - - n - - smtp
virtual unix - n n - - virtual
error   unix - - n - - error
retry   unix - - n - - error
anvil   unix - - n - 1 anvil
scache  unix - - n - 1 scache
`
}
