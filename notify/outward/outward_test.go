package outward

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestOurOwnNetworkIsReachedOnlyWhereItIsAllowed(t *testing.T) {
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked++ }))
	defer server.Close()
	byName := strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
	for _, url := range []string{server.URL, byName, "http://169.254.169.254/latest", "http://10.0.0.1", "http://[::1]:1", "http://0.0.0.0:1"} {
		if resp, err := Client(false).Get(url); err == nil {
			resp.Body.Close()
			t.Errorf("%s was reached", url)
		} else if url != "http://10.0.0.1" && !strings.Contains(err.Error(), "prohibited") && !strings.Contains(err.Error(), "not a") && asked > 0 {
			t.Errorf("%s: %v", url, err)
		}
	}
	if asked != 0 {
		t.Fatalf("asked %d times", asked)
	}
	resp, err := Client(true).Get(server.URL)
	if err != nil || asked != 1 {
		t.Fatalf("allowed, and not reached: %v", err)
	}
	resp.Body.Close()
}

func TestARedirectIsNotFollowed(t *testing.T) {
	server := httptest.NewServer(http.RedirectHandler("http://127.0.0.1:1/inside", http.StatusFound))
	defer server.Close()
	resp, err := Client(true).Get(server.URL)
	if err != nil || resp.StatusCode != http.StatusFound {
		t.Fatalf("%v %v", resp, err)
	}
	resp.Body.Close()
}
