package config

// Sample is the commented file that `postern init` writes.
const Sample = `# Postern's configuration. Check a change before it runs: postern check
# Passwords stand in files of their own, readable by the daemon's user only.
# Relative paths begin at the folder of this file.

data = "data"                        # everything Postern keeps, and the two keys of init; back it up with: postern backup
# database = "postgres://postern@db.example.org/postern"   # in place of SQLite in the data folder, for several machines
# database_password_file = "database.password"
# contacts = ["contacts/"]           # people and teams outside, one file each: postern contacts --help

[csirt]
name = "Example CSIRT"               # signs every answer
address = "csirt@example.org"        # answers come from here
ticket_prefix = "EX"                 # tickets are called EX-7KQ4-9MZX
phone = "+00 00 000000"              # in every acknowledgement, for damage that happens now
hours = "Mo-Fr 09:00-17:00"
timezone = "UTC"
languages = ["en"]                   # of answers: en, de, es, fr
domains = ["example.org"]            # the own people
# trusted_authserv = ["mail.example.org"]   # whose Authentication-Results count

[[mailbox]]
name = "csirt"
imap = "imaps://csirt%40example.org@mail.example.org/INBOX"
                                     # imaps:// TLS, imap:// STARTTLS required, imap+insecure:// loopback only
password_file = "csirt.password"
address = "csirt@example.org"        # mail to this address is mail to us
processed = "Processed"              # stored mail is moved here; nothing is ever deleted
# junk = "Junk"                      # read too, never moved, marked or answered
# ca_file = "ca.pem"                 # when the server's certificate is signed by your own CA
# division = "network"               # where reports go that no other rule places
# confidential = true                # only named people of the CSIRT see these
# lists = ["security.example.org"]   # List-Ids of own lists that deliver here

[smtp]
url = "smtp://csirt%40example.org@mail.example.org:587"
                                     # smtps:// TLS, smtp:// STARTTLS required, smtp+insecure:// loopback only
password_file = "csirt.password"
# bounce = "csirt-bounces@example.org"      # envelope sender; a mailbox that somebody reads

# [pgp]
# secret_keys = ["csirt-secret.asc"]        # gpg --armor --export-secret-keys csirt@example.org
# passphrase_file = "csirt.passphrase"      # one a line; every one is tried
# public_keys = ["peers/"]                  # keys that a person has checked
# known_keys = ["known/"]                   # keys that were imported
# master_keys = ["association.asc"]         # whose signature introduces other keys, and nothing more
# wkd = true                                # ask the domains of senders who sign, encrypt or need encryption for their keys (HTTPS); they wait for approval
# legacy = ["cert@old.example"]             # whose old encryption is read although it does not show changes

# [smime]
# authorities = ["ca/"]                     # whose certificates for mail count
# certificates = ["csirt-smime.pem"]        # ours with its unlocked key, to open mail

# [[division]]
# name = "network"
# mail = "noc@example.org"
# prefixes = ["192.0.2.0/24", "2001:db8::/32"]
# domains = ["net.example.org"]

# [[asset]]
# name = "student records"
# prefixes = ["192.0.2.16/28"]
# criticality = "critical"                  # raises the severity of what is reported about it; "high" keeps it from being low

[answers]
# enabled = false                    # file and route, but write to nobody
max_age = "48h"                      # older mail is filed and never answered by itself
per_address = 5                      # automatic answers in an hour; what is over waits for a person
per_domain = 20
per_address_day = 20                 # in a day: a loop may be slow
per_domain_day = 100
overall = 50
own_people = 1000
# null_reverse_path = true           # answers leave with <> as envelope sender

# [reports]
# buttons = ["no-reply@button.example"]     # report-button add-ins

[desk]
listen = "127.0.0.1:8025"            # /healthz and /metrics
`
