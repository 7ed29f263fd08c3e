package thread

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"strings"

	"github.com/kept-desk/kept/kept"
)

// Token signs a conversation for a contact, for the reply address of a mail to them. It is lower-case
// base32: mail hosts may change the case of a local part. Both ids must be positive; else it is empty.
func Token(key []byte, conversation, contact kept.ID) string {
	if conversation <= 0 || contact <= 0 {
		return ""
	}
	ids := binary.AppendUvarint(nil, uint64(conversation))
	ids = binary.AppendUvarint(ids, uint64(contact))
	return kept.TokenLetters.EncodeToString(append(ids, mac(key, ids)...))
}

// ReadToken reads what Token wrote, in any case of letters. ok is false for anything else: another key,
// another form of the same numbers, a letter changed or added.
func ReadToken(key []byte, token string) (conversation, contact kept.ID, ok bool) {
	conversation, contact, ok = kept.Claims(token)
	if !ok || !hmac.Equal([]byte(Token(key, conversation, contact)), []byte(strings.ToLower(token))) {
		return 0, 0, false
	}
	return conversation, contact, true
}

// mac says what it signs, so that the key may sign other things too.
func mac(key, ids []byte) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte("kept reply address 1\n"))
	h.Write(bytes.Clone(ids))
	return h.Sum(nil)[:kept.TokenMAC]
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
