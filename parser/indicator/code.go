package indicator

import "strings"

// property tells `msg.id` in a line of a program, `.item.me` in a style sheet: small
// letters below a suffix that is a word, without quotes around.
func (s *scanner) property(start, end int) bool {
	written := s.text[start:end]
	if s.selector(start) || s.argument(start, end) {
		return true
	}
	if at := strings.IndexByte(written, '_'); at > 0 && attribute[written[strings.LastIndexByte(written, '.')+1:]] || lettersOnly(written) && strings.Count(written, ".") == 1 && strings.HasPrefix(s.text[end:], " = ") && attribute[written[strings.IndexByte(written, '.')+1:]] {
		return true // of a program's variable
	}
	if last := written[strings.LastIndexByte(written, '.')+1:]; strings.ContainsAny(written, "-0123456789") || last != "info" && !wordSuffix(last) && !attribute[last] && !member[last] || strings.Count(written, ".") > 2 || strings.IndexByte("\"'`@/", s.peek(start-1)) >= 0 || strings.IndexByte(":/", s.peek(end)) >= 0 {
		return false
	}
	if s.member != none && s.text[s.member:start] == ", " {
		s.member = end // of a row of them: "sys.platform, socket.in"
		return true
	}
	return s.peek(start-1) == '.' && start-1 > s.line || s.programLine()
}

// looksLikeCode knows names of packages and classes, and of fields of logs.
func looksLikeCode(name string) bool {
	first, rest, _ := strings.Cut(name, ".")
	last := rest[strings.LastIndexByte(rest, '.')+1:]
	if strings.IndexByte(rest, '.') > 0 && detection[first] {
		return true
	}
	switch first {
	case "com", "org", "net", "io":
		return strings.IndexByte(rest, '.') > 0 // of the name written backwards
	case "java", "javax", "System", "this", "self", "window", "document", "kotlin", "kotlinx", "android", "androidx", "jakarta", "scala", "dalvik", "sun":
		return true
	case "WScript", "Wscript", "WSCRIPT", "wscript", "Scripting", "ADODB", "Adodb", "MSXML2", "WinHttp", "Excel", "Outlook":
		return true
	case "Microsoft", "Windows":
		return upper(last[0]) && !strings.EqualFold(last, "com")
	}
	switch strings.ToLower(first) {
	case "asp", "vb", "ado", "socket", "lib", "kernel32":
		return strings.EqualFold(last, "net") || strings.EqualFold(last, "io")
	case "a", "b", "c", "d", "e", "f", "i", "k", "m", "n", "o", "p", "q", "r", "s", "u", "v", "w", "y", "z": // variables: "t.me" and "x.com" are names
		return rest == last && (attribute[strings.ToLower(last)] || member[strings.ToLower(last)])
	case "user", "host", "process", "event", "file", "os", "source", "destination", "client", "server",
		"url", "dns", "network", "agent", "rule", "log", "threat", "observer", "group", "request", "response", "data", "winlog", "id", "obj", "item",
		"cfg", "config", "conf", "ctx", "req", "res", "resp", "msg", "err", "args", "opts", "params", "node", "elem", "row", "rows", "col", "list", "arr", "str", "tmp", "val", "key", "np", "pd", "tf", "plt", "df", "evt", "main", "program", "util", "sys", "post", "parser",
		"module", "modules", "step", "steps", "outputs", "inputs", "var", "vars", "local", "locals", "resource", "values", "spec", "metadata", "status", "github", "job", "jobs", "env", "matrix", "needs", "runner", "secrets", "users", "orders", "accounts", "customers", "products", "people", "person", "entity", "model", "form":
		if strings.ContainsAny(rest, "-0123456789") {
			return false
		}
		second, _, _ := strings.Cut(rest, ".")
		return rest == last && member[strings.ToLower(last)] || attribute[strings.ToLower(last)] || attribute[strings.ToLower(second)]
	}
	return false
}

// member are such fields of names of two labels only.
var member = map[string]bool{"in": true, "is": true, "it": true, "to": true, "int": true, "re": true, "total": true, "run": true, "live": true, "do": true, "me": true}

// attribute are fields of records and objects that are suffixes too.
var attribute = map[string]bool{
	"name": true, "id": true, "email": true, "domain": true, "group": true, "zone": true, "host": true, "link": true, "date": true, "data": true, "ip": true, "as": true, "network": true, "call": true,
	"computer": true, "map": true, "open": true, "send": true, "app": true, "address": true, "bytes": true, "code": true,
}

// detection begins the names that virus scanners give what they find:
// "Backdoor.Linux.Mirai.ba". They are written so, a host's name is not.
var detection = func() map[string]bool {
	all := map[string]bool{}
	for first := range strings.FieldsSeq(`Trojan Troj Backdoor Worm Virus Exploit HEUR Win32 Win64 W32 W64 W97M X97M VBA VBS JS MSIL Linux Unix ELF OSX MacOS Android AndroidOS
		PUA PUP Adware Riskware RiskTool HackTool Hacktool Ransom Ransomware Downloader Dropper Generic Gen Suspicious Malware Mal Packed Phish Phishing HTML PDF Script Spyware Rootkit
		Email-Worm Net-Worm P2P-Worm IM-Worm Trojan-Downloader Trojan-Dropper Trojan-Spy Trojan-Ransom Trojan-Banker Trojan-PSW Trojan-Proxy Packer Heuristics`) {
		all[first] = true
	}
	return all
}()

// programSigns are what lines of programs hold and neither prose nor logs do;
// callSigns do when a call stands in the line, "name(".
var (
	programSigns = [...]string{"(\"", "('", "){", ":=", " == ", " != ", "$this->", "SELECT ", " FROM ", " WHERE ", "GRANT ", "{{", "<%", "{%"}
	callSigns    = [...]string{");", "))", ") {", "=>"}
)

// programLine tells a line of a program; each is asked once.
func (s *scanner) programLine() bool {
	if s.asked != s.line {
		line, _, _ := strings.Cut(s.text[s.line:min(len(s.text), s.line+longestLog)], "\n")
		s.asked, s.program = s.line, false
		for _, sign := range programSigns {
			s.program = s.program || strings.Contains(line, sign)
		}
		for _, sign := range callSigns {
			s.program = s.program || strings.Contains(line, sign) && callIn(line)
		}
	}
	return s.program
}

// callIn tells whether a bracket opens right behind a letter.
func callIn(line string) bool {
	for i := 1; i < len(line); i++ {
		if line[i] == '(' && (alnum(line[i-1]) || line[i-1] == '_') && !digit(line[i-1]) {
			return true
		}
	}
	return false
}

// selector tells a class of a style sheet: ".hero.info {".
func (s *scanner) selector(start int) bool {
	if s.peek(start-1) != '.' {
		return false
	}
	line, _, _ := strings.Cut(s.text[start:min(len(s.text), start+longestLog)], "\n")
	return strings.IndexByte(line, '{') >= 0
}

// argument tells the one argument of a call that is a field: "upper(s.info)".
func (s *scanner) argument(start, end int) bool {
	return s.peek(start-1) == '(' && nameByte(s.peek(start-2)) && s.peek(end) == ')' && strings.IndexByte(s.text[start:end], '.') == 1
}
