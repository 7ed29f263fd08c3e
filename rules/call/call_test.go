package call

import (
	"strings"
	"testing"

	"github.com/kept-desk/kept/kept"
)

func TestANumberIsReadLoosely(t *testing.T) {
	for text, want := range map[string]string{
		"+353 86 123 4567": "+353 86 123 4567", "  (086)  123-4567 ": "(086) 123-4567", "0049/89/123456": "0049/89/123456",
		"call me": "", "12": "", "086 123 4567 ext 9": "", "": "", strings.Repeat("1", 30): "",
	} {
		if got, ok := Number(text); ok != (want != "") || got != want {
			t.Errorf("%q is %q %v, want %q", text, got, ok, want)
		}
	}
}

func TestTheSameTelephoneWrittenInTwoWays(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"+353 86 123 4567", "00353861234567", true},
		{"+353 (0)86 123 4567", "086-123 4567", true},
		{"+49 89 1234567", "089/1234567", true},
		{"+353 86 123 4567", "+353 86 123 4568", false},
		{"1234567", "+353 86 123 4567", false}, // too short to mean one person
		{"", "", false},
	} {
		if got := Same(c.a, c.b); got != c.want {
			t.Errorf("%q and %q: %v", c.a, c.b, got)
		}
	}
}

func TestAVoicemailIsToldFromMusic(t *testing.T) {
	sound := kept.Attachment{Name: "recording.wav", Type: "audio/x-wav"}
	song := kept.Attachment{Name: "our song.mp3", Type: "audio/mpeg"}
	picture := kept.Attachment{Name: "logo.png", Type: "image/png"}
	long := strings.Repeat("a word of a long letter ", 40)
	for _, c := range []struct {
		name   string
		in     kept.Inbound
		phone  bool
		number string
		want   bool
	}{
		{"the subject says so", kept.Inbound{Subject: "Voicemail from +353 86 123 4567", Attachments: []kept.Attachment{sound}}, false, "+353 86 123 4567", true},
		{"in German, with the number in the text", kept.Inbound{Subject: "Neue Sprachnachricht", Text: "Datum: 18.05.2026 09:12\nAnrufer: 089 1234567\nDauer: 0:32", Attachments: []kept.Attachment{sound}}, false, "089 1234567", true},
		{"the caller's number stands before ours", kept.Inbound{Subject: "New voicemail", Text: "To: +353 1 555 0000\nFrom: Marta <+353861234567>\nLength: 0:32", Attachments: []kept.Attachment{sound}}, false, "+353861234567", true},
		{"a number that is withheld", kept.Inbound{Subject: "Voicemail from anonymous", Text: "2026-05-18 09:12", Attachments: []kept.Attachment{sound}}, false, "", true},
		{"a telephone system's file with its logo", kept.Inbound{Subject: "0861234567", From: []kept.Address{{Email: "pbx@office.test"}}, Attachments: []kept.Attachment{picture, {Name: "msg0003.wav", Type: "audio/wav"}}}, false, "0861234567", true},
		{"at the address for calls, a sound is enough", kept.Inbound{Subject: "(no subject)", From: []kept.Address{{Name: "0861234567", Email: "marta@example.test"}}, Attachments: []kept.Attachment{sound}}, true, "0861234567", true},
		{"a song is no voicemail", kept.Inbound{Subject: "Our song for your video", Text: "What do you think?", Attachments: []kept.Attachment{song}}, false, "", false},
		{"nor is a long letter with a sound", kept.Inbound{Subject: "Voicemail from my bank", Text: long, Attachments: []kept.Attachment{sound}}, false, "", false},
		{"nor are two sounds", kept.Inbound{Subject: "Voicemail", Attachments: []kept.Attachment{sound, song}}, false, "", false},
		{"nor is an answer", kept.Inbound{Subject: "Re: Voicemail from +353 86 123 4567", InReplyTo: []string{"x@y"}, Attachments: []kept.Attachment{sound}}, false, "", false},
		{"nor is a mail without a sound", kept.Inbound{Subject: "Voicemail from +353 86 123 4567"}, true, "", false},
	} {
		number, at, ok := Voicemail(c.in, c.phone)
		if ok != c.want || number != c.number || ok && !strings.HasPrefix(c.in.Attachments[at].Type, "audio/") {
			t.Errorf("%s: %q %d %v", c.name, number, at, ok)
		}
	}
}

func TestATelephoneSystemIsToldFromPeopleByItsAddress(t *testing.T) {
	for address, want := range map[string]bool{
		"pbx@office.test": true, "PBX02@office.test": true, "voicemail@office.test": true, "no-reply-voicemail@office.test": true,
		"phone.system@office.test": true, "voice-noreply@carrier.test": true, "fritz.box@home.test": true, "vm@office.test": true, "3cx@office.test": true,
		"vmiller@example.test": false, "vm1985@example.test": false, "unity.smith@example.test": false, "phoebe@example.test": false,
		"fritz@example.test": false, "service@example.test": false, "marta.voicemail@example.test": false, "no-reply@example.test": false,
		"voice@example.test": false, "": false, "pbx": true,
	} {
		if got := Machine(address); got != want {
			t.Errorf("%s: %v", address, got)
		}
	}
}
