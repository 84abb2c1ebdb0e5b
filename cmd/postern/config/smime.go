package config

import "postern/parser/smime"

// pemFiles are the endings that certificates have in a folder.
var pemFiles = []string{".pem", ".crt", ".cer"}

func (k *checker) smime() {
	before := len(k.problems.Fatal())
	k.keyFiles("smime.authorities", k.config.SMIME.Authorities, pemFiles)
	k.keyFiles("smime.certificates", k.config.SMIME.Certificates, pemFiles)
	k.onlyOurs("smime.certificates", k.config.SMIME.Certificates, pemFiles)
	if len(k.problems.Fatal()) > before {
		return
	}
	key := "smime.authorities"
	authorities, err := readAll(k.config.SMIME.Authorities, pemFiles)
	if err == nil {
		_, err = smime.Load(authorities, nil)
	}
	if err == nil {
		key = "smime.certificates"
		_, err = k.config.SMIMEKeys()
	}
	if err != nil {
		k.fault(key, err.Error(), "PEM; a certificate of ours stands in one file with its unlocked secret key")
	}
}

// SMIMEKeys reads the authorities and our own certificates. The error names
// the file by its position and never its content.
func (c *Config) SMIMEKeys() (*smime.Keys, error) {
	authorities, err := readAll(c.SMIME.Authorities, pemFiles)
	if err != nil {
		return nil, err
	}
	own, err := readAll(c.SMIME.Certificates, pemFiles)
	if err != nil {
		return nil, err
	}
	return smime.Load(authorities, own)
}
