package logline_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"postern/parser/logline"
)

var around = time.Date(2026, 11, 21, 14, 5, 0, 0, time.UTC)

// briefs writes each endpoint in one line: role, address, port, protocol, time;
// "~" before a time whose zone is assumed.
func briefs(text string, clock logline.Clock) []string {
	var list []string
	for _, e := range logline.Read(clock, text) {
		at := e.Time
		if e.Zone == "assumed" && at != "" {
			at = "~" + at
		}
		s := fmt.Sprintf("%s %s", e.Role, e.Address)
		if e.Port > 0 {
			s += fmt.Sprintf(" %d", e.Port)
		}
		list = append(list, strings.TrimSpace(strings.Join(strings.Fields(s+" "+e.Protocol+" "+at), " ")))
	}
	return list
}

type row struct {
	name, text string
	want       []string
}

func check(t *testing.T, clock logline.Clock, rows []row) {
	t.Helper()
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			if got := briefs(r.text, clock); !slices.Equal(got, r.want) {
				t.Errorf("%s\ngot  %q\nwant %q", r.text, got, r.want)
			}
		})
	}
}

func TestLinesOfPrograms(t *testing.T) {
	check(t, logline.Clock{Around: around}, []row{
		{"sshd, password", "Nov 20 14:02:11 sensor3 sshd[8812]: Failed password for root from 203.0.113.7 port 51122 ssh2", []string{"source 203.0.113.7 51122 tcp ~Nov 20 14:02:11"}},
		{"sshd, closed", "Nov 20 14:02:36 s sshd[2]: Connection closed by invalid user pi 203.0.113.8 port 40022 [preauth]", []string{"source 203.0.113.8 40022 tcp ~Nov 20 14:02:36"}},
		{"sshd, a number behind the port", "Nov 20 14:02:36 s sshd[2]: Received disconnect from 203.0.113.8 port 40022:11: Bye Bye [preauth]", []string{"source 203.0.113.8 40022 tcp ~Nov 20 14:02:36"}},
		{"sshd, both ends", "Nov 20 14:02:37 s sshd[1]: Connection from 203.0.113.9 port 40022 on 192.0.2.5 port 22", []string{"source 203.0.113.9 40022 tcp ~Nov 20 14:02:37", "target 192.0.2.5 22 tcp ~Nov 20 14:02:37"}},
		{"pam", "Nov 20 14:02:37 s sshd[1]: pam_unix(sshd:auth): authentication failure; logname= uid=0 tty=ssh ruser= rhost=203.0.113.10  user=root", []string{"source 203.0.113.10 tcp ~Nov 20 14:02:37"}},
		{"web server, access", `203.0.113.11 - - [20/Nov/2026:05:31:07 +0100] "GET /a HTTP/1.1" 200 5 "http://192.0.2.1/" "Chrome/120.0.0.0"`, []string{"source 203.0.113.11 tcp 2026-11-20T04:31:07Z"}},
		{"web server, error", `2026/11/20 14:02:11 [error] 123#0: *1 denied, client: 203.0.113.12, server: www.example.org, upstream: "http://10.0.0.5:80/"`, []string{"source 203.0.113.12 ~2026/11/20 14:02:11"}},
		{"web server, error with a port", "[Fri Nov 20 05:31:07.123456 2026] [core:error] [client 203.0.113.13:51234] AH00126: Invalid URI", []string{"source 203.0.113.13 51234 ~Nov 20 05:31:07.123456 2026"}},
		{"web server that names itself first", "2026-11-20 14:02:11 192.0.2.9 GET /x - 443 - 203.0.113.30 Mozilla/5.0 200", []string{"source 203.0.113.30 tcp ~2026-11-20 14:02:11", "target 192.0.2.9 tcp ~2026-11-20 14:02:11"}},
		{"packet filter", "Nov 20 14:02:11 gw kernel: [1.5] IN=eth0 OUT= MAC=00:11:22:33:44:55 SRC=203.0.113.14 DST=192.0.2.9 PROTO=UDP SPT=5060 DPT=5061 LEN=4", []string{"source 203.0.113.14 5060 udp ~Nov 20 14:02:11", "target 192.0.2.9 5061 udp ~Nov 20 14:02:11"}},
		{"firewall with interfaces", "Nov 20 2026 14:02:11: %ASA-4-106023: Deny tcp src outside:203.0.113.15/443 dst inside:192.0.2.9/22 by access-group", []string{"source 203.0.113.15 443 tcp ~Nov 20 2026 14:02:11", "target 192.0.2.9 22 tcp ~Nov 20 2026 14:02:11"}},
		{"router", "*Nov 20 14:02:11.123: %SEC-6-IPACCESSLOGP: list 101 denied tcp 203.0.113.16(51234) -> 192.0.2.9(22), 1 packet", []string{"source 203.0.113.16 51234 tcp ~Nov 20 14:02:11.123", "target 192.0.2.9 22 tcp ~Nov 20 14:02:11.123"}},
		{"firewall with slashes", "2026-11-20T14:02:11Z RT_FLOW_SESSION_DENY: session denied 203.0.113.17/51234->192.0.2.9/22 junos-ssh 6(0)", []string{"source 203.0.113.17 51234 tcp 2026-11-20T14:02:11Z", "target 192.0.2.9 22 tcp 2026-11-20T14:02:11Z"}},
		{"firewall with an arrow and no blanks", "firewall,info drop: input: in:ether1 out:(unknown 0), proto TCP (SYN), 203.0.113.17:51234->192.0.2.9:8291, len 60", []string{"source 203.0.113.17 51234 tcp", "target 192.0.2.9 8291 tcp"}},
		{"firewall in commas", "Nov 20 14:02:11 pf filterlog[1]: 5,,,1000,em0,match,block,in,4,0x0,,242,54321,0,none,6,tcp,44,203.0.113.18,192.0.2.9,51234,22,0,S", []string{"source 203.0.113.18 51234 tcp ~Nov 20 14:02:11", "target 192.0.2.9 22 tcp ~Nov 20 14:02:11"}},
		{"firewall in pairs", `date=2026-11-20 time=14:02:11 devname="fg" tz="+0100" srcip=203.0.113.22 srcport=51234 dstip=192.0.2.9 dstport=22 proto=6`, []string{"source 203.0.113.22 51234 tcp 2026-11-20T13:02:11Z", "target 192.0.2.9 22 tcp 2026-11-20T13:02:11Z"}},
		{"sensor", "11/20/2026-14:02:11.123456  [**] [1:2001219:20] ET SCAN [**] [Priority: 2] {TCP} 203.0.113.19:51234 -> 192.0.2.9:22", []string{"source 203.0.113.19 51234 tcp ~11/20/2026-14:02:11.123456", "target 192.0.2.9 22 tcp ~11/20/2026-14:02:11.123456"}},
		{"sensor without a year", "11/20-14:02:11.123456  [**] [1:1:1] x [**] {UDP} 203.0.113.20:53 -> 192.0.2.9:1024", []string{"source 203.0.113.20 53 udp ~11/20-14:02:11.123456", "target 192.0.2.9 1024 udp ~11/20-14:02:11.123456"}},
		{"sensor in JSON", `{"timestamp":"2026-11-20T14:02:11.123456+0100","src_ip":"203.0.113.21","src_port":51234,"dest_ip":"192.0.2.9","dest_port": 22,"proto":"TCP"}`, []string{"source 203.0.113.21 51234 tcp 2026-11-20T13:02:11Z", "target 192.0.2.9 22 tcp 2026-11-20T13:02:11Z"}},
		{"flows", "2026-11-20 14:02:11.123     0.000 TCP    203.0.113.23:51234 ->   192.0.2.9:22    1  40", []string{"source 203.0.113.23 51234 tcp ~2026-11-20 14:02:11.123", "target 192.0.2.9 22 tcp ~2026-11-20 14:02:11.123"}},
		{"flows in columns", "1795356131.123 CXYZ 203.0.113.25 51234 192.0.2.9 22 tcp ssh", []string{"source 203.0.113.25 51234 tcp 2026-11-22T14:02:11Z", "target 192.0.2.9 22 tcp 2026-11-22T14:02:11Z"}},
		{"packets", "14:02:11.123456 IP 203.0.113.24.51234 > 192.0.2.9.22: Flags [S], seq 1", []string{"source 203.0.113.24 51234 tcp ~14:02:11.123456", "target 192.0.2.9 22 tcp ~14:02:11.123456"}},
		{"ban", "2026-11-20 14:02:11,123 fail2ban.actions [1]: NOTICE [sshd] Ban 203.0.113.26", []string{"source 203.0.113.26 tcp ~2026-11-20 14:02:11,123"}},
		{"mail server", "Nov 20 14:02:11 mail postfix/smtpd[1]: warning: unknown[203.0.113.27]: SASL LOGIN authentication failed: UGFzc3dvcmQ6", []string{"source 203.0.113.27 tcp ~Nov 20 14:02:11"}},
		{"mailbox server", "Nov 20 14:02:11 mail dovecot: imap-login: Aborted (auth failed): user=<x>, method=PLAIN, rip=203.0.113.28, lip=192.0.2.2, TLS", []string{"source 203.0.113.28 tcp ~Nov 20 14:02:11", "target 192.0.2.2 tcp ~Nov 20 14:02:11"}},
		{"database", "2026-11-20T14:02:11Z 12 [Note] Access denied for user 'root'@'203.0.113.29' (using password: YES)", []string{"source 203.0.113.29 2026-11-20T14:02:11Z"}},
		{"audit", "type=USER_AUTH msg=audit(1795356131.123:12): addr=203.0.113.34 terminal=ssh res=failed", []string{"source 203.0.113.34 2026-11-22T14:02:11Z"}},
		{"telephone server", `SecurityEvent="InvalidPassword",EventTV="2026-11-20T14:02:11.111+0100",LocalAddress="IPV4/UDP/192.0.2.9/5060",RemoteAddress="IPV4/UDP/203.0.113.36/5072"`, []string{"source 203.0.113.36 5072 udp 2026-11-20T13:02:11Z", "target 192.0.2.9 5060 udp 2026-11-20T13:02:11Z"}},
		{"event of Windows in XML", `<Event><TimeCreated SystemTime="2026-11-20T14:02:11.1Z"/><Data Name="IpAddress">203.0.113.37</Data><Data Name="IpPort">50999</Data></Event>`, []string{"source 203.0.113.37 50999 2026-11-20T14:02:11Z"}},
		{"event with tabs", "LEEF:1.0|M|NSP|9.1|alert|src=203.0.113.38\tdst=192.0.2.9\tsrcPort=40009\tdstPort=443\tproto=TCP", []string{"source 203.0.113.38 40009 tcp", "target 192.0.2.9 443 tcp"}},
		{"event with its own time", "Nov 20 14:02:11 h CEF:0|A|FW|1|1|Deny|5|src=203.0.113.38 spt=4001 dst=192.0.2.9 dpt=22 proto=TCP rt=1795356131000", []string{"source 203.0.113.38 4001 tcp 2026-11-22T14:02:11Z", "target 192.0.2.9 22 tcp 2026-11-22T14:02:11Z"}},
		{"time in JSON without a blank", `{"ts":1795356131.25,"request":{"remote_ip":"203.0.113.39","remote_port":"3002"}}`, []string{"source 203.0.113.39 3002 2026-11-22T14:02:11Z"}},
		{"broken by a mail program, at a key", "Nov 20 14:02:11 gw kernel: DROP IN=eth0 OUT= SRC=203.0.113.41 DST=192.0.2.9\nLEN=44 PROTO=TCP SPT=5555 DPT=23\n", []string{"source 203.0.113.41 5555 tcp ~Nov 20 14:02:11", "target 192.0.2.9 23 tcp ~Nov 20 14:02:11"}},
		{"broken by a mail program, at a word", "Nov 20 14:02:11 sensor3.example.org sshd[8812]: Failed password for root from\n203.0.113.42 port 51122 ssh2\n", []string{"source 203.0.113.42 51122 tcp ~Nov 20 14:02:11"}},
		{"in two lines", "14:02:11.000001 IP (tos 0x0, ttl 50, id 1, offset 0, flags [DF], proto TCP (6), length 60)\n    203.0.113.44.44902 > 192.0.2.9.443: Flags [S], seq 1\n", []string{"source 203.0.113.44 44902 tcp ~14:02:11.000001", "target 192.0.2.9 443 tcp ~14:02:11.000001"}},
		{"file server", "Nov 20 14:02:11 h proftpd[8]: 192.0.2.9 (203.0.113.45[203.0.113.45]) - USER admin (Login failed)", []string{"source 203.0.113.45 tcp ~Nov 20 14:02:11", "target 192.0.2.9 tcp ~Nov 20 14:02:11"}},
		{"mail server, relay refused", "Nov 20 14:02:11 h sendmail[1]: xA: ruleset=check_rcpt, arg1=<a@b.example>, relay=[203.0.113.46], reject=550", []string{"source 203.0.113.46 ~Nov 20 14:02:11"}},
		{"mail server, relay used", "Nov 20 14:02:11 h postfix/smtp[1]: xA: to=<a@b.example>, relay=mx.b.example[192.0.2.9]:25, status=sent", []string{"target 192.0.2.9 25 tcp ~Nov 20 14:02:11"}},
		{"key exchange", "Nov 20 14:02:11 h charon: 09[NET] received packet: from 203.0.113.47[500] to 192.0.2.9[4500] (464 bytes)", []string{"source 203.0.113.47 500 ~Nov 20 14:02:11", "target 192.0.2.9 4500 ~Nov 20 14:02:11"}},
		{"sentence", "On 2026-11-20 14:02:11 UTC your host 203.0.113.48 (source port 50028) tried to log in to our server 192.0.2.9 on TCP port 22 by SSH.", []string{"source 203.0.113.48 50028 tcp 2026-11-20T14:02:11Z", "target 192.0.2.9 22 tcp 2026-11-20T14:02:11Z"}},
		{"sentence, port of a service", "2026-11-20 14:02:11 attack from 203.0.113.48 on port 22 of 192.0.2.9", []string{"source 203.0.113.48 ~2026-11-20 14:02:11", "target 192.0.2.9 22 ~2026-11-20 14:02:11"}},
		{"prose below a line", "Nov 20 14:02:11 sensor3.example.org sshd[8812]: Failed password from 203.0.113.43\nPlease look at port 22 of 192.0.2.9.\n", []string{"source 203.0.113.43 tcp ~Nov 20 14:02:11"}},
		{"IPv6 with ports", "Nov 20 14:02:11 x: from [2001:db8::7]:5555 to [2001:db8:40::6]:22", []string{"source 2001:db8::7 5555 ~Nov 20 14:02:11", "target 2001:db8:40::6 22 ~Nov 20 14:02:11"}},
		{"quoted", "> > Nov 20 14:02:11 x sshd[1]: Invalid user a from 203.0.113.7 port 1", []string{"source 203.0.113.7 1 tcp ~Nov 20 14:02:11"}},
		{"the same line twice", strings.Repeat("Nov 20 14:02:11 x sshd[1]: Invalid user a from 203.0.113.7 port 1\n", 2), []string{"source 203.0.113.7 1 tcp ~Nov 20 14:02:11"}},
	})
}

func TestWhatIsNoLogLine(t *testing.T) {
	check(t, logline.Clock{Around: around}, []row{
		{"prose", "The attack from 203.0.113.50 was bad.", nil},
		{"program and time", "We run version 1.2.3 since 10:00:00 today", nil},
		{"released", "2026-11-20 14:02 released 2.0.0.1", nil},
		{"build", "2026-11-20 14:02 we run 2.0.0.1 build 5", nil},
		{"version", "2026-11-20 14:02 update to ver. 2.0.0.1", nil},
		{"link", "See http://203.0.113.51/x at 10:00:00 today", nil},
		{"prefix", "10:00:00 all of 203.0.113.0/24", nil},
		{"way of a mail", "Received: from x (x [203.0.113.200]) by mx.example.org; Fri, 20 Nov 2026 08:41:12 +0000", nil},
		{"nothing", "", nil},
		{"one key and no more", "Source IP: 203.0.113.5\n\nRegards", nil},
	})
}

func TestBlocksAndTables(t *testing.T) {
	check(t, logline.Clock{Around: around}, []row{
		{"block", "Source IP:   203.0.113.40\nSource Port: 4444\nDestination IP: 192.0.2.1\nDestination Port: 22\nProtocol: TCP\nTimestamp: 2026-11-20 14:02:11 UTC\nAttack: ssh\n",
			[]string{"source 203.0.113.40 4444 tcp 2026-11-20T14:02:11Z", "target 192.0.2.1 22 tcp 2026-11-20T14:02:11Z"}},
		{"two blocks", "Source: 203.0.113.40\nPort: 51000\nSource: 203.0.113.41\nPort: 22\nTime: 14:02:11\n", []string{"source 203.0.113.40 51000", "source 203.0.113.41 ~14:02:11"}},
		{"block in German", "Angreifende IP: 203.0.113.41\nZeitpunkt: 20.11.2026 um 14:02:11 MEZ\n", []string{"source 203.0.113.41 2026-11-20T13:02:11Z"}},
		{"block in French", "Adresse source : 203.0.113.41\nPort source : 5555\nHorodatage : 20/11/2026 14:02:11 +0100\n", []string{"source 203.0.113.41 5555 2026-11-20T13:02:11Z"}},
		{"Windows", "Source Network Address:\t203.0.113.60\nSource Port:\t\t51000\n", []string{"source 203.0.113.60 51000"}},
		{"table of blanks", "time (UTC)            source          sinkhole\n2026-11-20T21:14:05Z  192.0.2.118     203.0.113.250:443\n2026-11-20T23:02:17Z  2001:db8:40::1d 203.0.113.250:443\n",
			[]string{"source 192.0.2.118 2026-11-20T21:14:05Z", "target 203.0.113.250 443 2026-11-20T21:14:05Z", "source 2001:db8:40::1d 2026-11-20T23:02:17Z", "target 203.0.113.250 443 2026-11-20T23:02:17Z"}},
		{"table of commas", "Timestamp,Source IP,Source Port,Dest IP,Dest Port,Proto\n\"2026-11-20 14:02:12\",\"203.0.113.43\",\"51234\",\"192.0.2.9\",\"22\",\"udp\"\n",
			[]string{"source 203.0.113.43 51234 udp ~2026-11-20 14:02:12", "target 192.0.2.9 22 udp ~2026-11-20 14:02:12"}},
		{"table of bars with a zone in its heading", "| Date (UTC) | Attacker | Remark |\n|---|---|---|\n| 2026-11-20 14:02 | 203.0.113.44 | x |\n", []string{"source 203.0.113.44 2026-11-20T14:02:00Z"}},
		{"table with day and time apart", "date time src_ip dst_ip\n2026-11-20 14:02:11 203.0.113.45 192.0.2.9\n", []string{"source 203.0.113.45 ~2026-11-20 14:02:11", "target 192.0.2.9 ~2026-11-20 14:02:11"}},
		{"event of Windows", "Log Name: Security\nDate: 11/20/2026 2:02:11 PM\nEvent ID: 4625\n\nNetwork Information:\n\tSource Network Address:\t203.0.113.60\n\tSource Port:\t\t51000\n", []string{"source 203.0.113.60 51000 ~11/20/2026 2:02:11 PM"}},
		{"time above a line without one", "Timestamp (UTC): 2026-11-20 14:02:11\nComment: sshd[9]: Invalid user x from 203.0.113.61 port 33333\n", []string{"source 203.0.113.61 33333 tcp 2026-11-20T14:02:11Z"}},
		{"block in Polish", "Adres IP źródłowy: 203.0.113.41\nCzas zdarzenia: 2026-11-20 14:02:11 CET\n", []string{"source 203.0.113.41 2026-11-20T13:02:11Z"}},
		{"block in German, genitive", "IP-Adresse des Angreifers: 203.0.113.41\nIP-Adresse des Ziels: 192.0.2.9\nDatum/Uhrzeit: 20.11.2026, 14:02:11 Uhr MEZ\n", []string{"source 203.0.113.41 2026-11-20T13:02:11Z", "target 192.0.2.9 2026-11-20T13:02:11Z"}},
		{"names put together", "Adresse IP source : 203.0.113.41\nPort de la source : 5555\nAdresse IP de destination : 192.0.2.9\nPort de destination : 443\n", []string{"source 203.0.113.41 5555", "target 192.0.2.9 443"}},
		{"zone in a Portuguese heading", "| Endereço IP | Porta | Data (UTC) |\n|---|---|---|\n| 192.0.2.61 | 389 | 2026-11-20 14:02:11 |\n", []string{"source 192.0.2.61 389 2026-11-20T14:02:11Z"}},
		{"sentence behind a key", "Indirizzo IP attaccante: 203.0.113.5 porta 443; la vittima è 192.0.2.9.", []string{"source 203.0.113.5 443", "target 192.0.2.9"}},
		{"hosts with their services", "Format: ASN | IP | Timestamp (UTC) | Size | Port\n64500 | 192.0.2.61 | 2026-11-20 14:02:11 | 4096 | 53\n", []string{"source 192.0.2.61 53 2026-11-20T14:02:11Z"}},
		{"attackers with what they attacked", "IP | Time | Attempts | Port\n203.0.113.61 | 2026-11-20 14:02:11 | 40 | 22\n", []string{"source 203.0.113.61 ~2026-11-20 14:02:11"}},
		{"log of a web server of Windows", "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status\n2026-11-20 14:02:11 192.0.2.9 POST /owa - 443 - 203.0.113.62 M/5 302\n", []string{"source 203.0.113.62 tcp ~2026-11-20 14:02:11", "target 192.0.2.9 443 tcp ~2026-11-20 14:02:11"}},
		{"table ends", "src dst\n203.0.113.45 192.0.2.9\nThat was all of it.\n203.0.113.46 192.0.2.9\n", []string{"source 203.0.113.45", "target 192.0.2.9"}},
	})
}

func TestTimesAndZones(t *testing.T) {
	utc, cet := &logline.Zone{}, &logline.Zone{Offset: time.Hour}
	for _, r := range []struct {
		name, time string
		zone       *logline.Zone
		want       string
	}{
		{"stated for all", "Nov 20 14:02:11", utc, "2026-11-20T14:02:11Z"},
		{"stated for all, in winter", "2026-11-20 14:02:11", cet, "2026-11-20T13:02:11Z"},
		{"its own zone wins", "2026-11-20 14:02:11 +0200", cet, "2026-11-20T12:02:11Z"},
		{"last year's December", "Dec 30 14:02:11", utc, "2025-12-30T14:02:11Z"},
		{"day or month", "05/06/2026 14:02:11", utc, "~05/06/2026 14:02:11"},
		{"day beyond doubt", "20/11/2026 14:02:11", utc, "2026-11-20T14:02:11Z"},
		{"month beyond doubt", "11/20/2026 2:02:11 PM", utc, "2026-11-20T14:02:11Z"},
		{"date of a mail", "Fri, 20 Nov 2026 14:02:11 +0100", nil, "2026-11-20T13:02:11Z"},
		{"hours and a half", "2026-11-20T14:02:11+05:30", nil, "2026-11-20T08:32:11Z"},
		{"name of a zone", "2026-11-20 14:02:11 (CET)", nil, "2026-11-20T13:02:11Z"},
		{"offset from a name", "2026-11-20 14:02:11 UTC+2", nil, "2026-11-20T12:02:11Z"},
		{"milliseconds", "2026-11-20 14:02:11.999Z", nil, "2026-11-20T14:02:11Z"},
		{"Japanese", "2026年11月20日 14:02:11 JST", nil, "2026-11-20T05:02:11Z"},
		{"zone behind the year", "Fri Nov 20 14:02:11 2026 +0100", nil, "2026-11-20T13:02:11Z"},
		{"two digits of the year", "Friday, 20-Nov-26 14:02:11 GMT", nil, "2026-11-20T14:02:11Z"},
		{"day without signs", "[20261120-14:02:11]", utc, "2026-11-20T14:02:11Z"},
		{"label of multilog", "@400000006b0052ed0e4e1c00", nil, "2026-11-20T14:02:11Z"},
		{"without signs", "20261120T140211Z", nil, "2026-11-20T14:02:11Z"},
		{"thousandths since 1970", "1795356131000", nil, "2026-11-22T14:02:11Z"},
		{"a long number", "id 1795356131000", nil, ""},
		{"place in winter", "2026-11-20 14:02:11 Europe/Berlin", nil, "2026-11-20T13:02:11Z"},
		{"place in summer", "2026-07-20 14:02:11 Europe/Berlin", nil, "2026-07-20T12:02:11Z"},
		{"on the day of the change", "2026-10-25 02:59:59 Europe/Berlin", nil, "2026-10-25T00:59:59Z"},
		{"after the change", "2026-10-25 03:00:00 Europe/Berlin", nil, "2026-10-25T02:00:00Z"},
		{"America in summer", "2026-03-08 03:00:00 America/New_York", nil, "2026-03-08T07:00:00Z"},
		{"America in winter", "2026-11-01 02:00:00 America/New_York", nil, "2026-11-01T07:00:00Z"},
		{"Australia in January", "2026-01-20 14:02:11 Australia/Sydney", nil, "2026-01-20T03:02:11Z"},
		{"in full words", "2026-11-20 14:02:11 North American Eastern Time", nil, "2026-11-20T19:02:11Z"},
		{"no place", "2026-11-20 14:02:11 Europe/Atlantis", nil, "~2026-11-20 14:02:11"},
		{"no such day", "2026-02-31 14:02:11", nil, "~14:02:11"},
		{"French, and no zone of America", "20/11/2026 14:02:11 est", nil, "~20/11/2026 14:02:11"},
	} {
		t.Run(r.name, func(t *testing.T) {
			got := briefs(r.time+" blocked 203.0.113.5", logline.Clock{Around: around, Zone: r.zone})
			want := []string{"source 203.0.113.5 " + r.want}
			if r.want == "" {
				want = nil
			}
			if !slices.Equal(got, want) {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

func TestStatedZone(t *testing.T) {
	for _, r := range []struct {
		name, text string
		hours      int
		ok         bool
	}{
		{"all times", "Hello,\nall times are UTC.\n", 0, true},
		{"in brackets", "A few lines (clock is synchronised, times are UTC):", 0, true},
		{"excerpt", "prefix, host by host. Excerpt, UTC:", 0, true},
		{"offset", "Timezone: +0100", 1, true},
		{"offset from a name", "Time zone: UTC+2", 2, true},
		{"German", "Alle Zeitangaben in MEZ", 1, true},
		{"French", "Les heures sont en UTC", 0, true},
		{"Spanish", "Todas las horas en UTC.", 0, true},
		{"French and no zone", "L'heure est mauvaise", 0, false},
		{"place", "Log times are local time (Asia/Tokyo)", 9, true},
		{"Japanese, without blanks", "時刻は日本時間です。", 9, true},
		{"Chinese, without blanks", "所有时间均为北京时间。", 8, true},
		{"in full words", "All timestamps are Central European Time", 1, true},
		{"a time of its own", "It began at 14:02:11 UTC, time to act", 0, false},
		{"two that differ", "times are UTC\ntimes are CET", 0, false},
		{"none", "We have no time for it.", 0, false},
	} {
		t.Run(r.name, func(t *testing.T) {
			zone, ok := logline.StatedZone(r.text)
			if ok != r.ok || ok && zone.Offset != time.Duration(r.hours)*time.Hour {
				t.Errorf("got %v %v, want %d h %v", zone, ok, r.hours, r.ok)
			}
		})
	}
}
