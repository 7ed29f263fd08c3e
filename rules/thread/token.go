package thread

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"math"
	"strings"

	"github.com/kept-desk/kept/kept"
)

// macBytes is how much of the HMAC-SHA256 a token carries: 80 bits.
const macBytes = 10

var letters = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// Token signs a conversation for a contact, for the reply address of a mail to them. It is lower-case
// base32: mail hosts may change the case of a local part. Both ids must be positive; else it is empty.
func Token(key []byte, conversation, contact kept.ID) string {
	if conversation <= 0 || contact <= 0 {
		return ""
	}
	ids := binary.AppendUvarint(nil, uint64(conversation))
	ids = binary.AppendUvarint(ids, uint64(contact))
	return letters.EncodeToString(append(ids, mac(key, ids)...))
}

// ReadToken reads what Token wrote, in any case of letters. ok is false for anything else: another key,
// another form of the same numbers, a letter changed or added.
func ReadToken(key []byte, token string) (conversation, contact kept.ID, ok bool) {
	if len(token) > 64 {
		return 0, 0, false
	}
	token = strings.ToLower(token)
	raw, err := letters.DecodeString(token)
	if err != nil || len(raw) < macBytes+2 {
		return 0, 0, false
	}
	ids, sum := raw[:len(raw)-macBytes], raw[len(raw)-macBytes:]
	if !hmac.Equal(sum, mac(key, ids)) {
		return 0, 0, false
	}
	a, n := binary.Uvarint(ids)
	if n <= 0 {
		return 0, 0, false
	}
	b, m := binary.Uvarint(ids[n:])
	if m <= 0 || n+m != len(ids) {
		return 0, 0, false
	}
	conversation, contact = kept.ID(a), kept.ID(b)
	if Token(key, conversation, contact) != token {
		return 0, 0, false
	}
	return conversation, contact, true
}

// Claims reads the conversation that a token speaks of, whoever signed it; zero for what is no token. It
// proves nothing: ReadToken does.
func Claims(token string) kept.ID {
	if len(token) > 64 {
		return 0
	}
	raw, err := letters.DecodeString(strings.ToLower(token))
	if err != nil || len(raw) < macBytes+2 {
		return 0
	}
	id, n := binary.Uvarint(raw)
	if n <= 0 || id > math.MaxInt64 {
		return 0
	}
	return kept.ID(id)
}

// mac says what it signs, so that the key may sign other things too.
func mac(key, ids []byte) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte("kept reply address 1\n"))
	h.Write(bytes.Clone(ids))
	return h.Sum(nil)[:macBytes]
}

// Address puts a token into an inbox's address: help@x.test becomes help+TOKEN@x.test (RFC 5233). An
// empty token or an address without @ changes nothing.
func Address(inbox, token string) string {
	i := strings.LastIndexByte(inbox, '@')
	if i <= 0 || token == "" {
		return inbox
	}
	return inbox[:i] + "+" + token + inbox[i:]
}

// SplitAddress undoes Address: the part after the last plus of the local part, and the address
// without it. What stands there need not be a token of ours; token is empty where nothing stands.
func SplitAddress(addr string) (base, token string) {
	at := strings.LastIndexByte(addr, '@')
	if at < 0 {
		return addr, ""
	}
	plus := strings.LastIndexByte(addr[:at], '+')
	if plus <= 0 || plus == at-1 {
		return addr, ""
	}
	return addr[:plus] + addr[at:], addr[plus+1 : at]
}
