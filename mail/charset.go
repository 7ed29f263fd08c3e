package mail

import (
	"encoding/base64"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// charsets holds labels seen in mail that neither the WHATWG nor the IANA index knows, letters and
// digits only.
var charsets = map[string]encoding.Encoding{
	"ansi": charmap.Windows1252, "cp1252": charmap.Windows1252, "win1252": charmap.Windows1252,
	"latin1": charmap.Windows1252, "iso88591": charmap.Windows1252, "88591": charmap.Windows1252,
	"isolatin1": charmap.Windows1252, "iso88591windows31latin1": charmap.Windows1252,
	"latin2": charmap.ISO8859_2, "latin9": charmap.ISO8859_15, "latin15": charmap.ISO8859_15, "iso8859": charmap.Windows1252,
	"cp437": charmap.CodePage437, "ibm437": charmap.CodePage437, "437": charmap.CodePage437, "dos": charmap.CodePage437,
	"cp850": charmap.CodePage850, "ibm850": charmap.CodePage850, "850": charmap.CodePage850,
	"cp852": charmap.CodePage852, "ibm852": charmap.CodePage852, "cp855": charmap.CodePage855,
	"cp858": charmap.CodePage858, "cp860": charmap.CodePage860, "cp862": charmap.CodePage862,
	"cp863": charmap.CodePage863, "cp865": charmap.CodePage865, "cp866": charmap.CodePage866,
	"cp1047": charmap.CodePage1047, "cp1140": charmap.CodePage1140, "cp037": charmap.CodePage037,
	"koi8": charmap.KOI8R, "koi7": charmap.KOI8R,
	"mac": charmap.Macintosh, "macroman": charmap.Macintosh, "xmacroman": charmap.Macintosh, "macintosh": charmap.Macintosh,
	"maccyrillic": charmap.MacintoshCyrillic, "xmaccyrillic": charmap.MacintoshCyrillic,
	"cp932": japanese.ShiftJIS, "ms932": japanese.ShiftJIS, "windows932": japanese.ShiftJIS, "sjis": japanese.ShiftJIS,
	"xsjis": japanese.ShiftJIS, "shiftjis": japanese.ShiftJIS, "mskanji": japanese.ShiftJIS,
	"iso2022jp": japanese.ISO2022JP, "iso2022jp1": japanese.ISO2022JP, "iso2022jp2": japanese.ISO2022JP,
	"iso2022jp3": japanese.ISO2022JP, "iso2022jpms": japanese.ISO2022JP, "cp50220": japanese.ISO2022JP,
	"cp50221": japanese.ISO2022JP, "jis": japanese.ISO2022JP, "eucjp": japanese.EUCJP, "ujis": japanese.EUCJP,
	"cp936": simplifiedchinese.GBK, "ms936": simplifiedchinese.GBK, "windows936": simplifiedchinese.GBK,
	"gb2312": simplifiedchinese.GBK, "gb231280": simplifiedchinese.GBK, "euccn": simplifiedchinese.GBK,
	"gbk": simplifiedchinese.GBK, "xgbk": simplifiedchinese.GBK, "gb18030": simplifiedchinese.GB18030, "hz": simplifiedchinese.HZGB2312,
	"hzgb2312": simplifiedchinese.HZGB2312, "cp950": traditionalchinese.Big5, "ms950": traditionalchinese.Big5,
	"big5": traditionalchinese.Big5, "big5hkscs": traditionalchinese.Big5, "big5eten": traditionalchinese.Big5,
	"cp949": korean.EUCKR, "ms949": korean.EUCKR, "uhc": korean.EUCKR, "ksc5601": korean.EUCKR,
	"ksc56011987": korean.EUCKR, "ks_c_5601": korean.EUCKR, "ksx1001": korean.EUCKR, "euckr": korean.EUCKR, "iso2022kr": korean.EUCKR,
	"cp874": charmap.Windows874, "tis620": charmap.Windows874, "thai": charmap.Windows874,
	"utf16": unicode.UTF16(unicode.BigEndian, unicode.UseBOM), "ucs2": unicode.UTF16(unicode.BigEndian, unicode.UseBOM),
	"utf16le": unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), "utf16be": unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM),
	"utf32": utf32.UTF32(utf32.BigEndian, utf32.UseBOM), "utf32le": utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM),
	"utf32be": utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM), "ucs4": utf32.UTF32(utf32.BigEndian, utf32.UseBOM),
}

// decodeCharset turns b into UTF-8. Labels lie: US-ASCII and Latin-1 with whole UTF-8 in it is UTF-8,
// Latin-1 is windows-1252, and UTF-8 that is none is windows-1252. known is false where the label
// means nothing to us and the bytes were guessed.
func decodeCharset(label string, b []byte) (s string, known bool) {
	name := strings.ToLower(strings.Trim(strings.TrimSpace(label), `"'; `))
	name = strings.TrimPrefix(name, "charset=")
	key := squeeze(name)
	switch key {
	case "", "usascii", "ascii", "ansix341968", "iso646us", "utf8", "utf8mb4", "unicode11utf8", "xutf8", "8bit", "7bit", "binary", "unknown", "unknown8bit", "xunknown", "default", "defaultcharset", "none", "utf":
		return guess(b), true
	case "utf7", "unicode11utf7", "xunicode20utf7", "unicodeutf7":
		return decodeUTF7(b), true
	}
	enc := find(name, key)
	if enc == nil {
		return guess(b), false
	}
	if (enc == charmap.Windows1252 || enc == charmap.ISO8859_1) && hasHigh(b) && utf8.Valid(b) {
		return string(b), true
	}
	if enc == charmap.ISO8859_1 {
		enc = charmap.Windows1252
	}
	out, err := enc.NewDecoder().Bytes(b)
	if err != nil {
		return guess(b), false
	}
	return strings.ToValidUTF8(string(out), "\uFFFD"), true
}

// find looks a label up in our own list, the WHATWG's and IANA's.
func find(name, key string) encoding.Encoding {
	if enc, ok := charsets[key]; ok {
		return enc
	}
	if enc, err := htmlindex.Get(name); err == nil && enc != nil {
		return enc
	}
	if enc, err := ianaindex.MIME.Encoding(name); err == nil && enc != nil {
		return enc
	}
	for _, form := range [...]struct{ prefix, put string }{
		{"windows", "windows-"},
		{"win", "windows-"},
		{"cp", "windows-"},
		{"xcp", "windows-"},
		{"xwindows", "windows-"},
		{"iso8859", "iso-8859-"},
		{"8859", "iso-8859-"},
		{"xiso8859", "iso-8859-"},
		{"latin", "l"},
		{"koi8", "koi8-"},
		{"ibm", "ibm"},
		{"xmac", "x-mac-"},
	} {
		if rest, ok := strings.CutPrefix(key, form.prefix); ok && rest != "" {
			if enc, err := htmlindex.Get(form.put + rest); err == nil && enc != nil {
				return enc
			}
		}
	}
	return nil
}

// squeeze keeps letters and digits: "ISO_8859-1:1987" and "iso8859-1" differ in nothing that matters.
func squeeze(name string) string {
	var b strings.Builder
	for i := range len(name) {
		if c := name[i]; c >= 'a' && c <= 'z' || c >= '0' && c <= '9' {
			b.WriteByte(c)
		}
	}
	return strings.TrimSuffix(b.String(), "1987")
}

// guess reads bytes whose charset nobody said.
func guess(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	if len(b) >= 4 && (b[0] == 0xff && b[1] == 0xfe || b[0] == 0xfe && b[1] == 0xff) {
		if out, err := charsets["utf16"].NewDecoder().Bytes(b); err == nil {
			return string(out)
		}
	}
	good, bad := 0, 0
	for i := 0; i < len(b) && good+bad < 4096; {
		if b[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			bad++
		} else {
			good++
		}
		i += n
	}
	if good > bad { // UTF-8 with a few broken places
		return strings.ToValidUTF8(string(b), "\uFFFD")
	}
	out, err := charmap.Windows1252.NewDecoder().Bytes(b)
	if err != nil {
		return strings.ToValidUTF8(string(b), "\uFFFD")
	}
	return string(out)
}

func hasHigh(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return true
		}
	}
	return false
}

// decodeUTF7 reads RFC 2152.
func decodeUTF7(b []byte) string {
	var out strings.Builder
	for i := 0; i < len(b); i++ {
		if b[i] != '+' {
			out.WriteRune(rune(b[i]))
			continue
		}
		j := i + 1
		for j < len(b) && (b[j] >= 'A' && b[j] <= 'Z' || b[j] >= 'a' && b[j] <= 'z' || b[j] >= '0' && b[j] <= '9' || b[j] == '+' || b[j] == '/') {
			j++
		}
		if j == i+1 {
			out.WriteByte('+')
		} else {
			out.WriteString(decodeUTF7Run(b[i+1 : j]))
		}
		if j < len(b) && b[j] == '-' {
			j++
		}
		i = j - 1
	}
	return strings.ToValidUTF8(out.String(), "\uFFFD")
}

func decodeUTF7Run(run []byte) string {
	run = run[:len(run)-btoi(len(run)%4 == 1)]
	raw := make([]byte, base64.RawStdEncoding.DecodedLen(len(run)))
	n, _ := base64.RawStdEncoding.Decode(raw, run)
	units := make([]uint16, 0, n/2)
	for k := 0; k+1 < n; k += 2 {
		units = append(units, uint16(raw[k])<<8|uint16(raw[k+1]))
	}
	return string(utf16.Decode(units))
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
