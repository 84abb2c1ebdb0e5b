package meaning

// fraud is the class of what is done for gain under a false name.
var fraud = []rule{
	{
		name: "fraud/phishing", reason: "The words speak of a mail or page that is made to collect passwords or other secrets.",
		strong: `phish|phising|pishing|fishing mail|smishing|vishing|quishing|credential harvest|credential theft page|password harvest|fake login|fake log in|fake sign in|fake bank|fake page|fake website|fake portal|fake webmail|spoofed login|spoofed page|cloned login|cloned page|clone of your login
			|copy of your sign in|copy of your login|copy of our sign in|copy of our login|copies the sign in|looks like our login|looks like your login|imitates our login|imitates your login|impersonates your login|login page of your
			|gefälschte mail|gefälschte e mail|gefälschte seite|gefälschte login|gefälschte anmelde|gefälschte webseite|gefälschte website|betrügerische mail|betrügerische e mail|betrügerische seite|zugangsdaten ab|anmeldedaten ab|kopie ihrer anmeldeseite|nachgebaute anmeldeseite|anmeldeseite nachgebaut|nachgemachte
			|hameçonnage|fausse page|faux site|faux courriel|fausse banque|page frauduleuse|courriel frauduleux|mail frauduleux
			|suplantación|página falsa|correo fraudulento|correo falso|página fraudulenta|sitio falso|robo de credenciales|pagina falsa|sito falso|pagina di login falsa|mail fraudolenta|email fraudolenta|furto di credenziali|site falso|e mail falso|roubo de credenciais
			|nepmail|nepsite|valse mail|valse website|valse inlogpagina|phishingmail|wyłudz|fałszywa strona|fałszywy mail|podrobiona strona|фишинг|поддельн|поддельная страница|мошенническ|フィッシング|偽サイト|偽のログイン|詐欺メール|钓鱼|釣魚|仿冒网站|假冒网站`,
		plain: `verify your account|confirm your account|confirm your identity|update your payment|suspicious mail|suspicious e mail|suspicious email|suspicious message|suspicious link|suspect mail|suspect email|strange mail|strange email|dodgy mail|dodgy email|is this really from|is this legit|is this mail genuine|is this genuine|is it real|is it genuine|confirm my account|scam mail|scam email
			|your mailbox is full|mailbox is full|mailbox quota|password expires|password will expire|reactivate your|clicked on the link|clicked the link|asks for my password|enter bank details|enter their bank details|enter card details|asks for bank details|asks for card details|bankdaten eingeben|bankdaten ein|kartendaten ein|asks for your password|asked for my password|asking for password|login data|log in details
			|verdächtige mail|verdächtige e mail|verdächtige nachricht|verdächtiger link|komische mail|seltsame mail|ist diese mail echt|ist das echt|auf den link geklickt|angeklickt|konto bestätigen|konto gesperrt|ihr paket|postfach voll
			|courriel suspect|mail suspect|message suspect|message douteux|confirmer votre compte|cliqué sur le lien|correo sospechoso|mensaje sospechoso|verifique su cuenta|he hecho clic|email sospetta|mail sospetta|messaggio sospetto|verifica il tuo account
			|e mail suspeito|email suspeito|mensagem suspeita|confirme a sua conta|verdachte mail|verdachte e mail|klik op de link|podejrzana wiadomość|podejrzany mail|podejrzany e mail|kliknąłem|kliknęłam|подозрительное письмо|подтвердите|不審なメール|怪しいメール|可疑邮件|可疑郵件`,
		weak: `sign in page|login page|anmeldeseite|credential|zugangsdaten|identifiants|credenciales|credenziali|credenciais|inloggegevens|dane logowania|учетн|account suspended|webmail|kit|typed my password|entered my password|passwort eingegeben|kennwort eingegeben|saisi mon mot de passe|introducido mi contraseña`,
	}, {
		name: "fraud/masquerade", reason: "The words speak of somebody who pretends to be another.",
		strong: `fake profile|fake account in|fake account on|falsches profil|gefälschtes profil|fake profil|faux profil|faux compte|perfil falso|cuenta falsa|profilo falso|falso profilo|conta falsa|nepprofiel|nepaccount|vals profiel|fałszywy profil|fałszywe konto|фальшивый профиль|поддельный профиль|поддельный аккаунт|фейковый аккаунт|偽アカウント|なりすましアカウント|假账号|假冒账号|虚假账号|ceo fraud|fake ceo|boss scam|business email compromise|bec$|impersonat|pretends to be|pretending to be|posing as|gift card|fake invoice|forged invoice|bogus invoice|fraudulent invoice|as if they came from us|look as if they came from|invoice fraud|changed bank details|new bank account details|payment diversion|spoofed sender|spoofing our domain|spoofed our domain|in our name|in your name|identity theft
			|chef masche|chefmasche|enkeltrick|gibt sich als|gefälschte rechnung|gefälschten rechnung|als kämen sie von|als käme sie von|scheinrechnung|geben sich als|gibt sich für|falsche rechnung|geänderte bankverbindung|neue bankverbindung|geschenkkarte|gutscheinkarte|identitätsdiebstahl|in unserem namen|in ihrem namen
			|fraude au président|usurpation|se fait passer|fausse facture|fausses factures|carte cadeau|cartes cadeaux|fraude del ceo|se hace pasar|factura falsa|facturas falsas|tarjeta de regalo|tarjetas regalo|suplanta a|truffa del ceo|si spaccia|fattura falsa|fatture false|false fatture|carta regalo|finge di essere|faz se passar|fatura falsa|faturas falsas|nota fiscal falsa|boleto falso|fazer se passar|cartão presente|fraude do ceo
			|doet zich voor|zich voordoet als|zich voordoen als|valse factu|nepfactu|valse rekening|ceo fraude|cadeaukaart|podszywa|fałszywa faktura|fałszywe faktury|fałszywą faktur|podszywają|karta podarunkowa|oszustwo na prezesa|выдает себя|выдаёт себя|от имени|подарочн|なりすまし|ビジネスメール詐欺|冒充|假冒
			|claims to come from our|claims to be from our|claims to be our|asks me to pay|asks us to pay|asked me to pay|asked us to pay|to a new account|new bank account|new account number`,
		plain: `are you available|are you at your desk|urgent transfer|wire transfer|überweisung|virement urgent|transferencia urgente|bonifico urgente|transferência urgente|przelew`,
	}, {
		name: "fraud/copyright", reason: "The words speak of protected works that are offered without permission.",
		strong: `copyright|dmca|infringement|infringing|piracy|pirated|bittorrent|urheberrecht|rechteinhaber|raubkopie|droit d auteur|contrefaçon|derechos de autor|piratería|diritto d autore|diritti d autore|pirateria|direitos autorais|direitos de autor|pirataria|auteursrecht|inbreuk|praw autorskich|prawa autorskie|piractw|авторск|нарушение прав|著作権|版权|著作权`,
		plain:  `rights holder|rights owner|torrent|copyrighted|peer to peer|file sharing|filesharing|take down notice|takedown notice`,
	}, {
		name: "fraud/unauthorised-use-of-resources", reason: "The words speak of resources used for somebody's own gain.",
		strong: `cryptomin|crypto mining|crypto miner|coinminer|coin miner|xmrig|mining pool|bitcoin mining|monero mining|pyramid|chain letter|kryptomining|krypto miner|minage de crypto|cryptominage|minería de cripto|criptominer|minería de criptomonedas|mining di criptovalute|mineração de cripto|cryptomijn|kopanie kryptowalut|koparka kryptowalut|koparki kryptowalut|майнинг|майнер|マイニング|挖矿|挖礦
			|toll fraud|pbx fraud|gebührenbetrug|resource abuse|misuse of resources|unauthorised use of|unauthorized use of`,
		plain: `stratum tcp|pool xmr|minerd|mining`,
	},
}
