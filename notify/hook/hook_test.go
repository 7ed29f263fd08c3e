package hook

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"
)

// vector is the one of the Standard Webhooks libraries' own tests.
type vector struct {
	Secret    string `json:"secret"`
	ID        string `json:"msg_id"`
	Timestamp int64  `json:"timestamp"`
	Payload   string `json:"payload"`
	Signature string `json:"signature"`
}

func TestWeSignAsStandardWebhooksDoes(t *testing.T) {
	raw, err := os.ReadFile("../../../shared/corpora/clients/standard-webhooks.json")
	if err != nil {
		t.Skip("the vectors are not beside the repository")
	}
	var file struct {
		Sign  vector `json:"sign"`
		Wrong string `json:"wrong_signature"`
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	v := file.Sign
	got, err := Sign(v.Secret, v.ID, time.Unix(v.Timestamp, 0), []byte(v.Payload))
	if err != nil || got != v.Signature || got == file.Wrong {
		t.Fatalf("%s %v, want %s", got, err, v.Signature)
	}
}

func TestACallCarriesWhatItsReceiverChecks(t *testing.T) {
	c := Call{ID: "alert_7", Secret: "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=", Body: []byte(`{"page":1}`), At: time.Unix(1_800_000_000, 0)}
	answer := http.StatusNoContent
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		want, err := Sign(c.Secret, r.Header.Get("webhook-id"), c.At, body)
		if err != nil || r.Header.Get("webhook-signature") != want || r.Header.Get("webhook-timestamp") != "1800000000" || r.Header.Get("webhook-id") != c.ID {
			t.Errorf("%v %v", r.Header, err)
		}
		w.WriteHeader(answer)
	}))
	defer server.Close()
	c.URL = server.URL
	if err := Send(context.Background(), server.Client(), c); err != nil {
		t.Fatal(err)
	}
	answer = http.StatusServiceUnavailable
	var refused Refused
	if err := Send(context.Background(), server.Client(), c); !errors.As(err, &refused) || refused.Status != 503 {
		t.Fatalf("a no is taken for a yes: %v", err)
	}
	c.Secret = "whsec_"
	if err := Send(context.Background(), server.Client(), c); err == nil {
		t.Fatal("an unsigned call left")
	}
}

func TestACallThatFailsDoesNotTellItsSecretAddress(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	c := Call{ID: "alert_7", Secret: "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=", URL: server.URL + "/services/T0/S3CRET?key=S3CRET"}
	server.Close()
	err := Send(context.Background(), server.Client(), c)
	if err == nil || strings.Contains(err.Error(), "S3CRET") || !strings.Contains(err.Error(), strings.TrimPrefix(server.URL, "http://")) {
		t.Errorf("it says %v", err)
	}
	c.URL = "https://[S3CRET/services"
	if err = Send(context.Background(), server.Client(), c); err == nil || strings.Contains(err.Error(), "S3CRET") {
		t.Errorf("of an address that is none it says %v", err)
	}
}
