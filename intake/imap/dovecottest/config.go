package dovecottest

import (
	"bytes"
	"fmt"
	"os"
	"os/user"
	"strings"
	"text/template"
)

// configured is what the templates below are filled with.
type configured struct {
	Dir        string
	Port       int
	TLSPort    int
	UID, GID   int
	User       string // "" when root: Dovecot's own users are used
	Group      string
	RequireTLS bool
	Capability string   // 2.3: all that is said; "" is the server's own
	Without    []string // 2.4: what is left out
}

// common is understood by 2.3 and 2.4 alike.
const common = `base_dir = {{.Dir}}/run
state_dir = {{.Dir}}/state
log_path = {{.Dir}}/dovecot.log
protocols = imap
listen = 127.0.0.1
auth_mechanisms = plain login
auth_failure_delay = 0
first_valid_uid = 1
first_valid_gid = 1
mail_max_userip_connections = 100
{{if .User}}default_internal_user = {{.User}}
default_login_user = {{.User}}
default_internal_group = {{.Group}}
{{end}}
service imap-login {
  {{if .User}}chroot =
  {{end}}inet_listener imap {
    port = {{.Port}}
  }
  inet_listener imaps {
    port = {{.TLSPort}}
    ssl = yes
  }
}
service anvil {
  {{if .User}}chroot =
  {{end}}unix_listener anvil-auth-penalty {
    mode = 0
  }
}
{{if .User}}service stats {
  chroot =
}
{{end}}
namespace inbox {
  inbox = yes
  separator = /
  mailbox "Unsolicited" {
    auto = create
    special_use = \Junk
  }
}
`

const config23 = common + `
mail_location = maildir:~/Maildir
{{with .Capability}}imap_capability = {{.}}
{{end}}ssl = yes
ssl_cert = <{{.Dir}}/cert.pem
ssl_key = <{{.Dir}}/key.pem
disable_plaintext_auth = {{if .RequireTLS}}yes{{else}}no{{end}}
passdb {
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {{.Dir}}/users
}
userdb {
  driver = static
  args = uid={{.UID}} gid={{.GID}} home={{.Dir}}/mail/%u
}
`

const config24 = `dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
` + common + `
mail_driver = maildir
mail_path = ~/Maildir
{{if .Without}}imap_capability {
{{range .Without}}  {{.}} = no
{{end}}}
{{end}}ssl = {{if .RequireTLS}}required{{else}}yes{{end}}
ssl_server_cert_file = {{.Dir}}/cert.pem
ssl_server_key_file = {{.Dir}}/key.pem
auth_allow_cleartext = {{if .RequireTLS}}no{{else}}yes{{end}}
passdb passwd-file {
  default_password_scheme = PLAIN
  passwd_file_path = {{.Dir}}/users
}
userdb static {
  fields {
    uid = {{.UID}}
    gid = {{.GID}}
    home = {{.Dir}}/mail/%{user}
  }
}
`

// capabilities as Dovecot 2.3 has them, to leave some out: it has no setting
// that takes one away.
const capabilities = "IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE LITERAL+ NAMESPACE UIDPLUS CHILDREN LIST-EXTENDED SPECIAL-USE UNSELECT"

func (d *Dovecot) config() ([]byte, error) {
	values := configured{
		Dir: d.dir, Port: d.Port, TLSPort: d.TLSPort, UID: d.uid, GID: d.gid,
		RequireTLS: d.options.RequireTLS, Capability: d.capability(), Without: d.without(),
	}
	if os.Geteuid() != 0 {
		if err := values.asOurselves(); err != nil {
			return nil, err
		}
	}
	text := config23
	if strings.HasPrefix(d.version, "2.4") {
		text = config24
	}
	var out bytes.Buffer
	if err := template.Must(template.New("dovecot.conf").Parse(text)).Execute(&out, values); err != nil {
		return nil, fmt.Errorf("write dovecot's configuration: %w", err)
	}
	return out.Bytes(), nil
}

// asOurselves: without root every service runs as who started the server.
func (c *configured) asOurselves() error {
	me, err := user.Current()
	if err != nil {
		return fmt.Errorf("find our own user: %w", err)
	}
	group, err := user.LookupGroupId(me.Gid)
	if err != nil {
		return fmt.Errorf("find our own group: %w", err)
	}
	c.User, c.Group = me.Username, group.Name
	return nil
}

func (d *Dovecot) capability() string {
	if !d.options.NoMove && !d.options.NoIdle {
		return ""
	}
	text := capabilities
	if !d.options.NoMove {
		text += " MOVE"
	}
	if !d.options.NoIdle {
		text += " IDLE"
	}
	return text
}

// without: IMAP4rev2 would imply both.
func (d *Dovecot) without() []string {
	var names []string
	if d.options.NoMove {
		names = append(names, "MOVE")
	}
	if d.options.NoIdle {
		names = append(names, "IDLE")
	}
	if len(names) > 0 {
		names = append(names, "IMAP4rev2")
	}
	return names
}

func (d *Dovecot) users() []byte {
	var out strings.Builder
	for name, password := range d.options.Users {
		fmt.Fprintf(&out, "%s:{PLAIN}%s\n", name, password)
	}
	return []byte(out.String())
}

// SetPassword changes a password; it counts from the next login.
func (d *Dovecot) SetPassword(name, password string) {
	d.tb.Helper()
	d.options.Users[name] = password
	if err := os.WriteFile(d.path("users"), d.users(), 0o644); err != nil {
		d.tb.Fatal(err)
	}
}
