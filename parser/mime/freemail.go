package mime

// FreeMail tells whether everybody can have an address in a domain (lower case):
// sharing it says nothing about two people, and the domain is nobody's fault.
func FreeMail(domain string) bool {
	switch domain {
	case "126.com", "163.com", "abv.bg", "aim.com", "aol.com", "arcor.de", "aruba.it", "att.net", "bigpond.com", "bk.ru",
		"bluewin.ch", "bol.com.br", "bt.com", "btinternet.com", "centrum.cz", "charter.net", "comcast.net", "cox.net", "daum.net", "duck.com",
		"email.cz", "email.de", "fastmail.com", "fastmail.fm", "foxmail.com", "free.fr", "freemail.hu", "freenet.de", "gmail.com", "gmx.at",
		"gmx.ch", "gmx.com", "gmx.de", "gmx.net", "googlemail.com", "hanmail.net", "hey.com", "hotmail.be", "hotmail.ch", "hotmail.co.uk",
		"hotmail.com", "hotmail.de", "hotmail.es", "hotmail.fr", "hotmail.it", "hotmail.nl", "hushmail.com", "icloud.com", "ig.com.br", "inbox.lv",
		"inbox.ru", "interia.pl", "kolabnow.com", "laposte.net", "libero.it", "list.ru", "live.co.uk", "live.com", "live.de", "live.fr",
		"live.it", "live.nl", "lycos.com", "mac.com", "mail.bg", "mail.com", "mail.de", "mail.ee", "mail.ru", "mailbox.org",
		"mailfence.com", "me.com", "msn.com", "naver.com", "netscape.net", "o2.pl", "onet.pl", "op.pl", "orange.fr", "outlook.at",
		"outlook.com", "outlook.de", "outlook.es", "outlook.fr", "outlook.it", "outlook.jp", "pm.me", "posteo.at", "posteo.ch", "posteo.de",
		"posteo.net", "proton.me", "protonmail.ch", "protonmail.com", "qq.com", "rambler.ru", "rediffmail.com", "riseup.net", "rocketmail.com", "sapo.pt",
		"sbcglobal.net", "seznam.cz", "sfr.fr", "shaw.ca", "sina.com", "sky.com", "sohu.com", "startmail.com", "sunrise.ch", "t-online.de",
		"talktalk.net", "terra.com.br", "tiscali.it", "tutamail.com", "tutanota.com", "tutanota.de", "tuta.io", "tuta.com", "uol.com.br", "verizon.net",
		"virgilio.it", "vodafone.de", "wanadoo.fr", "web.de", "wp.pl", "ya.ru", "yahoo.ca", "yahoo.co.in", "yahoo.co.jp", "yahoo.co.uk",
		"yahoo.com", "yahoo.com.br", "yahoo.de", "yahoo.es", "yahoo.fr", "yahoo.it", "yandex.com", "yandex.ru", "yeah.net", "ymail.com",
		"ziggo.nl", "zoho.com", "zohomail.com", "zonnet.nl":
		return true
	}
	return false
}
