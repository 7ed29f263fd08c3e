// Package hook calls a webhook with Standard Webhooks' headers (standardwebhooks.com, version 1): its receiver can
// tell that a call is ours, new, and not a second one. It is handed the client, and knows nothing of the desk.
package hook

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/kept-desk/kept/notify"
)

// Call is one call of a webhook.
type Call struct {
	ID     string // the same at each try, so that the receiver can tell a second one
	URL    string
	Secret string // "whsec_" and base64
	Body   []byte // JSON
	At     time.Time
}

// Sign is the value of the webhook-signature header.
func Sign(secret, id string, at time.Time, body []byte) (string, error) {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil || len(key) == 0 {
		return "", fmt.Errorf("the webhook's secret is damaged: %w", err)
	}
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s.%d.", id, at.Unix())
	mac.Write(body)
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)), nil
}

// Refused is an answer that isn't a yes.
type Refused struct{ Status int }

func (r Refused) Error() string { return fmt.Sprintf("the webhook answered %d", r.Status) }

// Send makes the call. Any answer of 2xx is a yes.
func Send(ctx context.Context, client *http.Client, c Call) error {
	signature, err := Sign(c.Secret, c.ID, c.At, c.Body)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.URL, bytes.NewReader(c.Body))
	if err != nil {
		return notify.Unnamed(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "Kept")
	req.Header.Set("Webhook-Id", c.ID)
	req.Header.Set("Webhook-Timestamp", strconv.FormatInt(c.At.Unix(), 10))
	req.Header.Set("Webhook-Signature", signature)
	resp, err := client.Do(req)
	if err != nil {
		return notify.Unnamed(err)
	}
	defer resp.Body.Close()                                       // nothing of it is kept
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10)) // so that the connection can be used again
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return Refused{resp.StatusCode}
	}
	return nil
}
