#!/bin/sh
# Makes the throwaway keys of this folder and the sample mails ../mail/pgp-*.eml
# with the real gpg. Keys that are here already are kept and only the mails are
# written anew; "make.sh --new-keys" replaces the keys as well.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
mail=$here/../mail
home=$(mktemp -d /tmp/pk.XXXXXX) # short: the agent's socket lies in it
trap 'gpgconf --homedir "$home" --kill gpg-agent; rm -rf "$home"' EXIT
chmod 700 "$home"

# Keys are old enough for any clock; mails are dated by the day they tell of.
born=20260105T090000
g() { when=$1; shift; gpg --homedir "$home" --batch --quiet --no-tty --yes --pinentry-mode loopback \
	--trust-model always --no-emit-version --faked-system-time "$when!" "$@"; }

# key FILE-STEM "USER ID" PRIMARY SUBKEY PASSPHRASE
key() {
	g "$born" --passphrase "$5" --quick-generate-key "$2" "$3" sign,cert never
	print=$(gpg --homedir "$home" --batch --with-colons --list-keys "=$2" | awk -F: '/^fpr/ {print $10; exit}')
	g "$born" --passphrase "$5" --quick-add-key "$print" "$4" encr never
	g "$born" --armor --export "$print" > "$here/$1-public.asc"
	[ "$1" = stranger ] || g "$born" --passphrase "$5" --armor --export-secret-keys "$print" > "$here/$1-secret.asc"
}

if [ "${1:-}" = --new-keys ] || [ ! -f "$here/team-secret.asc" ]; then
	echo "throwaway pass phrase of the example team" > "$here/team.passphrase"
	key team "Example CSIRT <csirt@example.org>" rsa3072 rsa3072 "$(cat "$here/team.passphrase")"
	key cert-alpha "CERT Alpha <cert@cert-alpha.example>" ed25519 cv25519 ""
	key cert-beta "CERT Beta <cert@cert-beta.example>" rsa3072 rsa3072 ""
	key finder "Mira Lindqvist <mira@research.example>" ed25519 cv25519 ""
	key stranger "Duty Desk of Another Team <duty@another-team.example>" ed25519 cv25519 ""
	gpgconf --homedir "$home" --kill gpg-agent
	rm -rf "$home"; mkdir -m 700 "$home"
fi
for stem in cert-alpha cert-beta finder; do g "$born" --import "$here/$stem-secret.asc"; done
g "$born" --import "$here/team-public.asc" "$here/stranger-public.asc"

crlf() { sed 's/\r*$/\r/'; }
unended() { crlf | head -c -2; } # a part's last line break belongs to the boundary

# encrypted BOUNDARY: the body of a PGP/MIME mail around the armour on stdin
encrypted() {
	cat <<-END
	Content-Type: multipart/encrypted; protocol="application/pgp-encrypted";
	 boundary="$1"

	This mail is encrypted with OpenPGP (RFC 3156).

	--$1
	Content-Type: application/pgp-encrypted
	Content-Description: PGP/MIME version identification

	Version: 1

	--$1
	Content-Type: application/octet-stream; name="encrypted.asc"
	Content-Disposition: inline; filename="encrypted.asc"

	END
	cat
	printf '\n--%s--\n' "$1"
}

# 1. A national team reports a bot, signed and encrypted, its subject protected too.
{
	cat <<'END'
From: CERT Alpha <cert@cert-alpha.example>
To: csirt@example.org
Date: Fri, 20 Nov 2026 14:05:11 +0000
Message-ID: <20481.1.b7e2@tickets.cert-alpha.example>
Subject: [CERT-ALPHA #20481] Infected host in your network
MIME-Version: 1.0
END
	unended <<'END' | g 20261120T140511 -u "<cert@cert-alpha.example>" -r "<csirt@example.org>" --sign --encrypt --armor | encrypted "alpha-9f31c0"
Content-Type: multipart/mixed; boundary="alpha-inner-27"; protected-headers="v1"
From: CERT Alpha <cert@cert-alpha.example>
To: csirt@example.org
Subject: [CERT-ALPHA #20481] Infected host 192.0.2.77 in your network

--alpha-inner-27
Content-Type: text/plain; charset=utf-8

Dear colleagues,

a host in your network talks to the control server of a botnet that we are
watching. We see one connection every ten minutes since yesterday morning,
so the machine is most likely still infected.

  Your host:       192.0.2.77
  Control server:  203.0.113.201, TCP port 8443, panel.stealer.example
  First seen:      2026-11-19 06:12:40 UTC
  Last seen:       2026-11-20 13:52:07 UTC

The log lines are attached; all times in them are UTC. Please take the
machine off the network, keep its disk if you can, and tell us whether other
machines show the same traffic. You may use this inside your organisation.

Our number for this is CERT-ALPHA #20481. Please keep it in the subject.

Kind regards
Jonas Ek
CERT Alpha, duty officer

--alpha-inner-27
Content-Type: text/plain; charset=us-ascii; name="connections.log"
Content-Disposition: attachment; filename="connections.log"

2026-11-19T06:12:40Z 192.0.2.77:49812 -> 203.0.113.201:8443 tcp
2026-11-19T18:02:33Z 192.0.2.77:51120 -> 203.0.113.201:8443 tcp
2026-11-20T13:52:07Z 192.0.2.77:53377 -> 203.0.113.201:8443 tcp

--alpha-inner-27--
END
} | crlf > "$mail/pgp-cert-alpha-report.eml"

# 2. Encrypted to a key that the team never had.
{
	cat <<'END'
From: Duty CERT Gamma <duty@cert-gamma.example>
To: csirt@example.org
Date: Fri, 20 Nov 2026 15:41:02 +0000
Message-ID: <e1b0-20261120154102@mail.cert-gamma.example>
Subject: Vulnerable gateway, please read today
MIME-Version: 1.0
END
	unended <<'END' | g 20261120T154102 -r "<duty@another-team.example>" --encrypt --armor | encrypted "gamma-51d7aa"
Content-Type: text/plain; charset=utf-8

Hello,

the remote access gateway at 198.51.100.20 still runs the version that is
being attacked since Wednesday. Please patch it before the weekend.

CERT Gamma
END
} | crlf > "$mail/pgp-undecryptable.eml"

# 3. A researcher signs inline, the old way.
{
	cat <<'END'
From: Mira Lindqvist <mira@research.example>
To: csirt@example.org
Date: Fri, 20 Nov 2026 09:27:45 +0100
Message-ID: <5c9d1f3e-7a40@research.example>
Subject: Open file share with personal data
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

END
	unended <<'END' | g 20261120T082745 -u "<mira@research.example>" --clear-sign
Good morning,

while looking for something else I came across a file share of yours that
asks for no password:

  http://192.0.2.130:8080/export/

- there are staff lists from 2024 and 2025 in it,
- the directory listing is on,
- a search engine knows the address already.

I opened two files to see what they are and kept nothing. Please close it,
and write to me when I may talk about it. I ask for no reward.

Mira Lindqvist
END
} | crlf > "$mail/pgp-inline-finder.eml"

# 4. Signed only, as a MIME part.
content() {
	cat <<'END'
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

Hello,

we traced password guessing against our mail service to a machine of yours:

  198.51.100.14, about 4=C2=A0200 tries against IMAP (TCP 993)
  from 2026-11-20 02:10 UTC to 2026-11-20 03:55 UTC

The names that were tried look like a leaked list. Could you check the
machine and tell us what you found?

CERT Beta
Our number: CERT-BETA #7698
END
}
content | unended > "$home/content"
{
	cat <<'END'
From: CERT Beta <cert@cert-beta.example>
To: csirt@example.org
Date: Fri, 20 Nov 2026 10:16:30 +0000
Message-ID: <7698-a1@cert-beta.example>
Subject: [CERT-BETA #7698] Password guessing from 198.51.100.14
MIME-Version: 1.0
Content-Type: multipart/signed; micalg=pgp-sha512;
 protocol="application/pgp-signature"; boundary="beta-signed-08"

--beta-signed-08
END
	content
	cat <<'END'
--beta-signed-08
Content-Type: application/pgp-signature; name="signature.asc"
Content-Description: OpenPGP digital signature

END
	g 20261120T101630 -u "<cert@cert-beta.example>" --digest-algo SHA512 --armor --detach-sign < "$home/content"
	printf '\n--beta-signed-08--\n'
} | crlf > "$mail/pgp-signed-mime.eml"

# 5. A person's mail that came through the other team's Request Tracker.
{
	cat <<'END'
From: "Sofia Brandt via RT" <cert@cert-beta.example>
Reply-To: cert@cert-beta.example
To: csirt@example.org
Date: Fri, 20 Nov 2026 16:58:09 +0000
Message-ID: <rt-5.0.5-1180-1795193889-1022.7712-3-0@cert-beta.example>
Subject: [CERT-BETA #7712] Phishing page on your web server
Precedence: bulk
X-RT-Loop-Prevention: CERT-BETA
RT-Ticket: CERT-BETA #7712
X-RT-Originator: sofia@cert-beta.example
Managed-BY: RT 5.0.5
MIME-Version: 1.0
X-RT-Encrypt: 1
X-RT-Sign: 1
END
	unended <<'END' | g 20261120T165809 -u "<cert@cert-beta.example>" -r "<csirt@example.org>" --sign --encrypt --armor | encrypted "beta-rt-7712"
Content-Type: text/plain; charset=utf-8

Hello,

one of our banks found a copy of its sign-in page on a web server of yours:

  hxxps://www.shop.example[.]org/.well-known/bank/login.php
  which resolves to 192.0.2.40

The page was up at 2026-11-20 16:40 UTC. It sends what people type to
collector@drop.example. Please take it down, and keep the files and the
access log for us if you can: we want to warn those who typed something.

Please leave [CERT-BETA #7712] in the subject.

Sofia Brandt
CERT Beta
END
} | crlf > "$mail/pgp-rt-peer.eml"
