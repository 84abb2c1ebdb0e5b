package outlook

import (
	"context"
	"net/mail"
	"path"
	"strings"

	gomessage "github.com/emersion/go-message"

	"postern/parser/mime"
)

// message is one mail in either form.
type message struct {
	props       bag
	recipients  []bag
	attachments []*attachment
}

// attachment is a file, or a message that is attached.
type attachment struct {
	props   bag
	message *message // nil for a file
}

func newMessage() *message { return &message{props: newBag()} }

// last is the attachment that the stream is about, nil before the first.
func (m *message) last() *attachment {
	if len(m.attachments) == 0 {
		return nil
	}
	return m.attachments[len(m.attachments)-1]
}

// empty tells a file in which no message was found.
func (m *message) empty() bool { return len(m.props.values) == 0 && len(m.attachments) == 0 }

// inherit hands the codepage of the message to what belongs to it.
func (m *message) inherit() {
	if m.props.codepage == 0 {
		m.props.codepage = m.props.number(tagMessageCode)
	}
	if m.props.codepage == 0 {
		m.props.codepage = m.props.number(tagInternetCode)
	}
	for n := range m.recipients {
		m.recipients[n].codepage = m.props.codepage
	}
	for _, a := range m.attachments {
		a.props.codepage = m.props.codepage
	}
}

// mail makes the root of a mail of a message.
func (o *Opener) mail(ctx context.Context, m *message) *mime.Part {
	header := m.transported(ctx)
	m.fields(&header)
	root := mime.NewMail(header)
	root.Adopt(o.parts(ctx, m)...)
	return root
}

// preface is what Exchange writes above the header fields it keeps.
const preface = "Microsoft Mail Internet Headers Version 2.0"

// transported are the header fields the mail came with, when they were kept.
func (m *message) transported(ctx context.Context) gomessage.Header {
	written := strings.TrimPrefix(strings.TrimLeft(m.props.text(tagHeaders), " \r\n"), preface)
	if strings.TrimSpace(written) == "" {
		return gomessage.Header{}
	}
	written = strings.TrimRight(written, "\r\n") + "\r\n\r\n"
	root, _ := mime.Read(ctx, strings.NewReader(written), int64(len(written)), mime.Limits{Parts: 1})
	for _, field := range []string{"Content-Type", "Content-Transfer-Encoding", "Content-Disposition"} {
		root.Header.Del(field)
	}
	return root.Header
}

// fields adds the header fields that the properties say and the header lacks.
func (m *message) fields(header *gomessage.Header) {
	for _, field := range []struct{ name, value string }{
		{"Subject", m.subject()},
		{"From", m.sender()},
		{"To", m.people(1)},
		{"Cc", m.people(2)},
		{"Date", first(m.props.date(tagSubmitTime), m.props.date(tagDeliveryTime))},
		{"Message-Id", m.props.line(tagMessageID)},
		{"In-Reply-To", m.props.line(tagInReplyTo)},
		{"References", m.props.line(tagReferences)},
	} {
		if field.value != "" && !header.Has(field.name) {
			header.Add(field.name, field.value)
		}
	}
}

// subject is the subject; control signs in front of it say where its prefix ends
// (MS-OXPROPS, PidTagSubject).
func (m *message) subject() string {
	written := m.props.text(tagSubject)
	if len(written) > 1 && written[0] == 1 {
		_, written = written[:1], string([]rune(written)[2:])
	}
	return first(strings.Join(strings.Fields(written), " "), m.props.line(tagNormalSubject))
}

// sender is who wrote the mail, else who sent it for him.
func (m *message) sender() string {
	p := m.props
	who := mailbox(p.line(tagRepresentName), first(p.line(tagRepresentSMTP), smtp(p, tagRepresentType, tagRepresentEmail)))
	if strings.Contains(who, "@") {
		return who
	}
	other := mailbox(p.line(tagSenderName), first(p.line(tagSenderSMTP), smtp(p, tagSenderType, tagSenderEmail)))
	if strings.Contains(other, "@") {
		return other
	}
	return first(who, other)
}

// smtp gives an address when it is one of internet mail.
func smtp(p bag, kind, address tag) string {
	if written := p.line(address); strings.Contains(written, "@") || strings.EqualFold(p.line(kind), "SMTP") {
		return written
	}
	return ""
}

// people are the recipients of one kind: 1 To, 2 Cc (MS-OXOMSG section 2.2.3.1).
func (m *message) people(kind uint32) string {
	var list []string
	for _, p := range m.recipients[:min(len(m.recipients), maxPeople)] {
		if p.number(tagRecipientType)&0xf != kind {
			continue
		}
		if who := mailbox(p.line(tagDisplayName), first(p.line(tagSMTP), smtp(p, 0, tagEmail))); who != "" {
			list = append(list, who)
		}
	}
	return strings.Join(list, ", ")
}

// mailbox writes a name and an address as a header has them.
func mailbox(name, address string) string {
	name = strings.Trim(name, `"'`)
	switch {
	case address == "":
		return name
	case strings.EqualFold(name, address):
		name = ""
	}
	return (&mail.Address{Name: name, Address: address}).String()
}

func first(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

// parts makes parts of the text and the files of a message: the text first.
func (o *Opener) parts(ctx context.Context, m *message) []*mime.Part {
	parts := o.body(m)
	for _, a := range m.attachments {
		if !o.spend() {
			break
		}
		parts = append(parts, o.file(ctx, a))
	}
	return parts
}

// body is the text of the message: plain and as a page when both are there.
func (o *Opener) body(m *message) []*mime.Part {
	var forms []*mime.Part
	if plain := m.props.text(tagBody); strings.TrimSpace(plain) != "" {
		forms = append(forms, mime.NewText("text/plain", plain))
	}
	if m.props.has(tagHTML) {
		forms = append(forms, m.page())
	}
	if forms == nil && m.props.has(tagRTF) {
		rtf := decompress(m.props.values[tagRTF].data, o.rtf)
		o.rtf -= len(rtf)
		if mediaType, text := fromRTF(rtf); strings.TrimSpace(text) != "" {
			forms = append(forms, mime.NewText(mediaType, text))
		}
	}
	if len(forms) < 2 {
		return forms
	}
	both := mime.NewPart("multipart/alternative", "", nil)
	both.Adopt(forms...)
	return []*mime.Part{both}
}

// page is the body as HTML, in the charset of the message.
func (m *message) page() *mime.Part {
	if m.props.values[tagHTML].kind == kindUnicode {
		return mime.NewText("text/html", m.props.text(tagHTML))
	}
	p := mime.NewPart("text/html", "", m.props.values[tagHTML].data)
	if name := charset(m.props.number(tagInternetCode)); name != "" {
		p.Params["charset"] = name
	}
	return p
}

// file makes a part of an attachment. A message in it, attached or as a file, is
// read as one.
func (o *Opener) file(ctx context.Context, a *attachment) *mime.Part {
	name := first(a.props.line(tagAttachLongName), a.props.line(tagAttachFileName), a.props.line(tagDisplayName))
	if a.message != nil {
		p := mime.NewPart("message/rfc822", name, nil)
		p.Disposition = "attachment"
		p.Adopt(o.mail(ctx, a.message))
		return p
	}
	data := a.props.values[tagAttachData].data
	p := mime.NewPart(fileType(a.props.line(tagAttachMIME), name), name, data)
	p.Disposition = "attachment"
	const inBody = 4 // the attachment is shown in the page (MS-OXCMSG section 2.2.2.18)
	if a.props.has(tagAttachContentID) && a.props.number(tagAttachFlags)&inBody != 0 {
		p.Disposition = "inline"
	}
	if p.Type == "message/rfc822" && len(data) > 0 {
		left := mime.Limits{Parts: max(o.limits.Parts, 1)}
		root, problems := mime.Read(ctx, strings.NewReader(string(data)), int64(len(data)), left)
		o.limits.Parts = left.Below(root).Parts
		o.problems.Add(problems...)
		p.Adopt(root)
	}
	return p
}

// types are the media types of files that are more to a report than bytes.
var types = map[string]string{
	".eml": "message/rfc822", ".txt": "text/plain", ".log": "text/plain", ".csv": "text/csv", ".htm": "text/html", ".html": "text/html", ".xml": "application/xml",
	".json": "application/json", ".pdf": "application/pdf", ".zip": "application/zip", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif",
	".doc": "application/msword", ".xls": "application/vnd.ms-excel", ".msg": TypeMsg, ".asc": "application/pgp-encrypted", ".ics": "text/calendar",
	".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

// fileType is the media type stated, else that of the name's ending.
func fileType(stated, name string) string {
	stated = strings.ToLower(stated)
	if kind, sub, ok := strings.Cut(stated, "/"); ok && kind != "" && sub != "" && kind != "multipart" && !strings.ContainsAny(stated, " ;\"") {
		return stated
	}
	if known := types[strings.ToLower(path.Ext(name))]; known != "" {
		return known
	}
	return "application/octet-stream"
}
