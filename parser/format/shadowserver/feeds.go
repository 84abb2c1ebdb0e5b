package shadowserver

import (
	"regexp"
	"strings"
)

// The two ends of an event, as a role of an endpoint.
const (
	source = "source"
	target = "target"
)

// feed is one report: what it is called, what it means, and whose the address of
// its "ip" column is. An infected or attacking host is a source, one that is
// open, vulnerable or attacked a target.
type feed struct {
	name     string
	title    string
	category string   // RSIT class/type
	role     string   // of "ip" or, in events, of "src_ip"
	victims  bool     // "dst_ip" is a host that was attacked, be it a decoy; a sinkhole is none
	columns  []string // those that tell it where the file has no name
}

// The categories, by what RSIT says of them.
const (
	infected      = "malicious-code/infected-system"
	c2            = "malicious-code/c2-server"
	distribution  = "malicious-code/malware-distribution"
	scanner       = "information-gathering/scanner"
	bruteForce    = "intrusion-attempts/brute-force"
	exploit       = "intrusion-attempts/exploit"
	compromised   = "intrusions/system-compromise"
	ddos          = "availability/ddos"
	leak          = "information-content-security/data-leak"
	spam          = "abusive-content/spam"
	masquerade    = "fraud/masquerade"
	weakCrypto    = "vulnerable/weak-crypto"
	amplifier     = "vulnerable/ddos-amplifier"
	accessible    = "vulnerable/potentially-unwanted-accessible"
	disclosure    = "vulnerable/information-disclosure"
	vulnerable    = "vulnerable/vulnerable-system"
	undetermined  = "other/undetermined"
	noColumns     = "" // reports whose columns others have too
	columnsByName = ","
)

// cols splits a list of columns.
func cols(list string) []string {
	if list == noColumns {
		return nil
	}
	return strings.Split(list, columnsByName)
}

// feeds are the reports of Shadowserver, IPv4 and IPv6 alike: "scan6_rdp" is
// read as "scan_rdp", "event6_sinkhole" as "event4_sinkhole". Of reports that
// share the columns named here the more special stands first.
var feeds = []feed{
	{"event4_sinkhole_http_referer", "Sinkhole HTTP referer events", infected, source, false, cols("http_referer_ip,http_referer_asn")},
	{"event4_microsoft_sinkhole_http", "Microsoft sinkhole HTTP events", infected, source, false, cols(noColumns)},
	{"event4_microsoft_sinkhole", "Microsoft sinkhole events", infected, source, false, cols(noColumns)},
	{"event4_sinkhole_http", "Sinkhole HTTP events", infected, source, false, cols("src_ip,http_url,http_agent,forwarded_by,ssl_cipher")},
	{"event4_sinkhole_dns", "Sinkhole DNS events", undetermined, source, false, cols("src_ip,query_type,query,count")},
	{"event4_sinkhole", "Sinkhole events", infected, source, false, cols("src_ip,infection,ssl_cipher,ssl_servername")},
	{"event4_honeypot_brute_force", "Honeypot brute force events", bruteForce, source, true, cols("src_ip,username,password,payload_url")},
	{"event4_honeypot_ddos_amp", "Honeypot amplification DDoS events", ddos, target, false, cols("src_ip,avg_pps,max_pps")},
	{"event4_ddos_participant", "DDoS participant", ddos, source, true, cols("src_ip,attack,duration,attack_src_ip,http_agent")},
	{"event4_honeypot_ddos_target", "Honeypot DDoS target events", ddos, source, true, cols(noColumns)},
	{"event4_honeypot_ddos", "Honeypot DDoS events", ddos, source, true, cols("src_ip,attack,duration,attack_src_ip")},
	{"event4_honeypot_ics_scan", "Honeypot ICS scanner events", scanner, source, true, cols("src_ip,slave_id,function_code")},
	{"event4_honeypot_http_scan", "Honeypot HTTP scanner events", scanner, source, true, cols("src_ip,pattern,http_request_method,request_raw")},
	{"event4_honeypot_adb_scan", "Honeypot ADB scanner events", scanner, source, true, cols("src_ip,maxdata,system_type")},
	{"event4_honeypot_rocketmq_scan", "Honeypot RocketMQ scanner events", scanner, source, true, cols("src_ip,serialize_type,opaque")},
	{"event4_honeypot_rdp_scan", "Honeypot RDP scanner events", scanner, source, true, cols("src_ip,cookie,session_tags")},
	{"event4_honeypot_smb_scan", "Honeypot SMB scanner events", scanner, source, true, cols("src_ip,command,flags,session_tags")},
	{"event4_honeypot_snmp_scan", "Honeypot SNMP scanner events", scanner, source, true, cols(noColumns)},
	{"event4_honeypot_ikev2_scan", "Honeypot IKEv2 scanner events", scanner, source, true, cols(noColumns)},
	{"event4_honeypot_darknet", "Darknet events", scanner, source, true, cols(noColumns)},
	{"event4_ip_spoofer", "IP spoofer events", masquerade, source, false, cols("src_ip,routedspoof,session,nat")},
	{"event4_initial_access_broker", "Initial access broker", compromised, source, false, cols(noColumns)},

	{"compromised_account", "Compromised account", leak, target, false, cols("email,infection,source_url")},
	{"compromised_iot", "Compromised IoT device", compromised, source, false, cols("ip,malpubkey_sha256")},
	{"compromised_website", "Compromised website", compromised, source, false, cols("ip,detected_since,redirect_target")},
	{"malware_url", "Malware URL", distribution, source, false, cols("ip,url,source,sha256,application")},
	{"spam_url", "Spam URL", spam, source, false, cols("url,sender,subject")},
	{"ransomware_victim", "Ransomware victim", compromised, target, false, cols("ransomware,leak_site_url")},
	{"sandbox_conn", "Sandbox connections", distribution, source, false, cols("md5,bytes_in,bytes_out")},
	{"sandbox_dns", "Sandbox DNS", undetermined, source, false, cols("md5,request,request_type")},
	{"sandbox_url", "Sandbox URL", distribution, source, false, cols("md5,url,user_agent,method")},
	{"blocklist", "Block listed addresses", undetermined, source, false, cols("ip,source,reason")},
	{"targeted_host", "Targeted host", exploit, target, false, cols(noColumns)},
	{"device_id", "Device identification", undetermined, target, false, cols(noColumns)},
	{"scan_post_exploitation_framework", "Post-exploitation framework", c2, source, false, cols("ip,beacon_type,beacon_host")},
	{"scan_synfulknock", "SYNful Knock", compromised, target, false, cols("ip,ack_number,window_size,raw_packet")},
	{"special", "Special report", vulnerable, target, false, cols("ip,potential_exposure_time")},

	{"scan_ssl_freak", "SSL/FREAK vulnerable servers", weakCrypto, target, false, cols("ip,freak_vulnerable,page_sha256fp")},
	{"scan_ssl_poodle", "SSLv3/POODLE vulnerable servers", weakCrypto, target, false, cols("ip,ssl_poodle,page_sha256fp")},
	{"scan_ssl", "Accessible SSL", accessible, target, false, cols("ip,ssl_poodle,freak_vulnerable")},
	{"scan_http_vulnerable", "Vulnerable HTTP", vulnerable, target, false, cols("ip,http_code,build_date,build_branch")},
	{"scan_exchange", "Vulnerable Exchange server", vulnerable, target, false, cols("ip,servername,url,version")},
	{"scan_smtp_vulnerable", "Vulnerable SMTP", vulnerable, target, false, cols(noColumns)},
	{"scan_imap_vulnerable", "Vulnerable IMAP", vulnerable, target, false, cols(noColumns)},
	{"scan_pop3_vulnerable", "Vulnerable POP3", vulnerable, target, false, cols(noColumns)},
	{"scan_isakmp", "Vulnerable ISAKMP", vulnerable, target, false, cols("ip,initiator_spi,responder_spi")},
	{"scan_nat_pmp", "Vulnerable NAT-PMP systems", vulnerable, target, false, cols("ip,opcode,external_ip")},
	{"scan_netis_router", "Netis router vulnerability", vulnerable, target, false, cols(noColumns)},
	{"scan_loop_dos", "Loop DoS", vulnerable, target, false, cols(noColumns)},
	{"scan_ddos_middlebox", "Vulnerable DDoS middlebox", amplifier, target, false, cols("ip,source_port,bytes,method")},
	{"scan_badsecrets", "Badsecrets", vulnerable, target, false, cols(noColumns)},
	{"scan_cisco_smart_install", "Accessible Cisco Smart Install", vulnerable, target, false, cols(noColumns)},

	{"scan_dns", "DNS open resolvers", amplifier, target, false, cols("ip,dns_version,min_amplification")},
	{"scan_ntpmonitor", "NTP monitor", amplifier, target, false, cols("ip,packets,amplification")},
	{"scan_ntp", "NTP version", amplifier, target, false, cols("ip,clk_wander,rootdelay")},
	{"scan_snmp", "Open SNMP", amplifier, target, false, cols("ip,sysname,sysdesc")},
	{"scan_ssdp", "Open SSDP", amplifier, target, false, cols("ip,systime,unique_service_name")},
	{"scan_chargen", "Open Chargen", amplifier, target, false, cols(noColumns)},
	{"scan_qotd", "Open QOTD", amplifier, target, false, cols("ip,quote")},
	{"scan_memcached", "Open Memcached", amplifier, target, false, cols("ip,pointer_size,curr_connections")},
	{"scan_portmapper", "Open Portmapper", amplifier, target, false, cols("ip,programs,mountd_port")},
	{"scan_mdns", "Open mDNS", amplifier, target, false, cols("ip,mdns_name")},
	{"scan_netbios", "Open NetBIOS", amplifier, target, false, cols("ip,workgroup,machine_name")},
	{"scan_mssql", "Open MS-SQL resolution service", amplifier, target, false, cols("ip,instance_name,named_pipe")},
	{"scan_ldap_tcp", "Open LDAP (TCP)", disclosure, target, false, cols("ip,configuration_naming_context,tlsv13_support")},
	{"scan_ldap_udp", "Open LDAP (UDP)", amplifier, target, false, cols("ip,configuration_naming_context,amplification,response_size")},
	{"scan_ldap", "Open LDAP", amplifier, target, false, cols("ip,configuration_naming_context")},
	{"scan_coap", "Accessible CoAP", amplifier, target, false, cols(noColumns)},
	{"scan_ard", "Accessible Apple Remote Desktop", amplifier, target, false, cols(noColumns)},
	{"scan_ubiquiti", "Accessible Ubiquiti discovery", amplifier, target, false, cols("ip,radioname,essid")},
	{"scan_ws_discovery", "Accessible WS-Discovery", amplifier, target, false, cols(noColumns)},
	{"scan_rdpeudp", "Accessible MS-RDPEUDP", amplifier, target, false, cols("ip,sessionid,amplification")},
	{"scan_dvr_dhcpdiscover", "Accessible DVR DHCPDiscover", amplifier, target, false, cols("ip,video_input_channels")},
	{"scan_xdmcp", "Accessible XDMCP", amplifier, target, false, cols("ip,reported_hostname,opcode")},
	{"scan_db2", "Open DB2 discovery", amplifier, target, false, cols("ip,db2_hostname")},
	{"scan_slp", "Accessible SLP", amplifier, target, false, cols("ip,function_text,next_extension_offset")},
	{"scan_stun", "Accessible STUN", amplifier, target, false, cols("ip,magic_cookie,xor_mapped_address")},
	{"scan_tftp", "Open TFTP", amplifier, target, false, cols("ip,errorcode,errormessage")},
	{"scan_sip", "Accessible SIP", amplifier, target, false, cols("ip,sip_code,sip_reason")},

	{"scan_couchdb", "Accessible CouchDB", disclosure, target, false, cols("ip,couchdb_version")},
	{"scan_elasticsearch", "Open Elasticsearch", disclosure, target, false, cols("ip,lucene_version,tagline")},
	{"scan_mongodb", "Open MongoDB", disclosure, target, false, cols("ip,gitversion,javascriptengine")},
	{"scan_redis", "Open Redis", disclosure, target, false, cols("ip,git_sha1,multiplexing_api")},
	{"scan_hadoop", "Accessible Hadoop", disclosure, target, false, cols("ip,livenodes,namenodeaddress")},
	{"scan_mqtt", "Open MQTT", accessible, target, false, cols("ip,anonymous_access,hex_code")},
	{"scan_mqtt_anon", "Open anonymous MQTT", disclosure, target, false, cols("ip,hex_code,raw_response")},

	{"scan_adb", "Accessible Android Debug Bridge", accessible, target, false, cols("ip,name,model,device,features")},
	{"scan_rdp", "Accessible RDP", accessible, target, false, cols("ip,rdp_protocol")},
	{"scan_smb", "Accessible SMB", accessible, target, false, cols("ip,smb_major_number")},
	{"scan_telnet", "Accessible Telnet", accessible, target, false, cols(noColumns)},
	{"scan_vnc", "Accessible VNC", accessible, target, false, cols("ip,product,banner")},
	{"scan_ssh", "Accessible SSH", accessible, target, false, cols("ip,serverid_raw,available_kex")},
	{"scan_ftp", "Accessible FTP", accessible, target, false, cols("ip,banner,auth_tls_response,auth_ssl_response,handshake")},
	{"scan_ics", "Accessible ICS", accessible, target, false, cols("ip,device_id,raw_response")},
	{"scan_ipmi", "Open IPMI", accessible, target, false, cols("ip,ipmi_version")},
	{"scan_ipp", "Open IPP", accessible, target, false, cols("ip,printer_uris")},
	{"scan_docker", "Accessible Docker", accessible, target, false, cols("ip,min_api_version,kernel_version")},
	{"scan_kubernetes", "Accessible Kubernetes API", accessible, target, false, cols("ip,git_tree_state,compiler")},
	{"scan_mysql", "Accessible MySQL", accessible, target, false, cols("ip,mysql_protocol_version")},
	{"scan_postgres", "Accessible PostgreSQL", accessible, target, false, cols("ip,startup_error_code")},
	{"scan_afp", "Accessible Apple Filing Protocol", accessible, target, false, cols("ip,afp_versions")},
	{"scan_amqp", "Accessible AMQP", accessible, target, false, cols("ip,mechanisms,locales")},
	{"scan_activemq", "Accessible ActiveMQ", accessible, target, false, cols(noColumns)},
	{"scan_epmd", "Accessible Erlang port mapper", accessible, target, false, cols("ip,nodes")},
	{"scan_rsync", "Accessible Rsync", accessible, target, false, cols("ip,module,motd")},
	{"scan_radmin", "Accessible Radmin", accessible, target, false, cols(noColumns)},
	{"scan_cwmp", "Accessible CWMP", accessible, target, false, cols(noColumns)},
	{"scan_http_proxy", "Open HTTP proxy", accessible, target, false, cols("ip,proxy_authenticate,via")},
	{"scan_socks", "Accessible SOCKS proxy", accessible, target, false, cols(noColumns)},
	{"scan_bgp", "Open BGP", accessible, target, false, cols("ip,bgp_version,sender_asn")},
	{"scan_msmq", "Accessible MSMQ", accessible, target, false, cols(noColumns)},
	{"scan_quic", "Accessible QUIC", accessible, target, false, cols("ip,version_field_1")},
	{"scan_smtp", "Accessible SMTP", accessible, target, false, cols("ip,sslv3_supported,banner")},
	{"scan_http", "Accessible HTTP", accessible, target, false, cols("ip,http_code,http_reason,www_authenticate")},
}

// older are names that reports had before, and what became of them.
var older = map[string]string{
	"botnet_drone": "event4_sinkhole", "drone": "event4_sinkhole", "sinkhole_http_drone": "event4_sinkhole_http", "sinkhole6_http": "event4_sinkhole_http", "microsoft_sinkhole": "event4_microsoft_sinkhole_http",
	"dns_openresolver": "scan_dns", "openresolver": "scan_dns", "netis_router": "scan_netis_router", "drone_brute_force": "event4_honeypot_brute_force", "brute_force": "event4_honeypot_brute_force",
	"hp_http_scan": "event4_honeypot_http_scan", "hp_ics_scan": "event4_honeypot_ics_scan", "darknet": "event4_honeypot_darknet", "caida_ip_spoofer": "event4_ip_spoofer", "amplification_ddos_victim": "event4_honeypot_ddos_amp", "ddos_amplification": "event4_honeypot_ddos_amp",
	"cwsandbox_url": "sandbox_url", "blacklist": "blocklist", "compromised_host": "compromised_website", "http_scan": "event4_honeypot_http_scan", "scan_beacon": "scan_post_exploitation_framework", "botnet_ccip": "scan_post_exploitation_framework", "device_id6": "device_id", "scan_mdns6": "scan_mdns",
}

// fileName is how reports are named: date, report, then whose it is.
var fileName = regexp.MustCompile(`^(?:.*[/\\])?\d{4}-\d{2}-\d{2}-([a-z0-9_]+)(?:-|\.)`)

// feedOf tells which report a table is: by the name of its file, by the subject
// of the mail, by its columns, all of them or those that it alone has. One that
// is not known has no name, unless its first row has a tag that tells; an
// infection or a sender makes its address a source.
func feedOf(file, subject string, h heading) feed {
	if f, known := filed(file); known {
		return f
	}
	if f, known := exactly(h); known {
		return f
	}
	for _, f := range feeds {
		if len(f.columns) > 0 && h.has(f.columns...) {
			return turned(f, h)
		}
	}
	if f, known := titled(subject); known {
		return f
	}
	return feed{title: "Shadowserver report", category: undetermined, role: roleOf(h)}
}

// turned tells the two reports of attacks that differ in the order of their
// columns only: the one about those attacked names them first.
func turned(f feed, h heading) feed {
	if f.name == "event4_honeypot_ddos" && h.has("dst_ip") && h.at["dst_ip"] < h.at["src_ip"] {
		f, _ = named("event4_honeypot_ddos_target")
	}
	return f
}

// filed finds a report by the name of its file.
func filed(file string) (feed, bool) {
	match := fileName.FindStringSubmatch(strings.ToLower(file))
	if match == nil {
		return feed{}, false
	}
	return named(match[1])
}

// reportName tells a file that is named as a report we know.
func reportName(file string) bool {
	_, known := filed(file)
	return known
}

// named finds a report by its name, of either version of IP, by an older name,
// or one of a kind that is special or new.
func named(name string) (feed, bool) {
	plain := strings.NewReplacer("scan6_", "scan_", "event6_", "event4_", "population6_", "scan_", "population_", "scan_", "compromised_website6", "compromised_website", "compromised_iot6", "compromised_iot", "targeted_host6", "targeted_host").Replace(name)
	if now, was := older[plain]; was {
		plain = now
	}
	for _, f := range feeds {
		if f.name == plain {
			f.name = name
			return f, true
		}
	}
	switch {
	case strings.Contains(plain, "phish"):
		return feed{name: name, title: "Phishing pages", category: "fraud/phishing", role: source}, true
	case strings.HasPrefix(plain, "scan_"):
		return feed{name: name, title: "Scan report " + strings.TrimPrefix(plain, "scan_"), category: accessible, role: target}, true
	case strings.HasPrefix(plain, "event4_honeypot_"):
		return feed{name: name, title: "Honeypot events", category: scanner, role: source}, true
	case strings.Contains(plain, "sinkhole"):
		return feed{name: name, title: "Sinkhole events", category: infected, role: source}, true
	case strings.Contains(plain, "special"):
		return feed{name: name, title: "Special report", category: vulnerable, role: target}, true
	}
	return feed{}, false
}

// titled finds a report by what the subject of its mail calls it; the longest
// title counts.
func titled(subject string) (best feed, ok bool) {
	for _, f := range feeds {
		if strings.Contains(subject, strings.ToLower(f.title)) && len(f.title) > len(best.title) {
			best, ok = f, true
		}
	}
	return best, ok
}

// roleOf judges the address of a report nobody knows.
func roleOf(h heading) string {
	for _, name := range [...]string{"infection", "src_ip", "malware", "cc_ip", "cc", "http_referer_ip", "dst_ip", "attempts", "attack", "attacks", "failures", "username", "user_agent"} {
		if h.has(name) {
			return source
		}
	}
	return target
}
