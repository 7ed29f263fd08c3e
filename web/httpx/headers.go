package httpx

import "net/http"

// DeskPolicy is the Content-Security-Policy of the desk: its own files only, nothing inline. The
// frames that show mails (srcdoc) inherit it, and tighten it.
const DeskPolicy = "default-src 'self'; frame-src 'self'; img-src 'self' data: blob:; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// DataPolicy is for answers that are no page: shown by themselves, they may do nothing.
const DataPolicy = "default-src 'none'; sandbox; frame-ancestors 'none'"

// Guarded sets the headers that every answer has. A door may tighten them.
func Guarded(proxy Proxy) Step {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			h := w.Header()
			h.Set("X-Content-Type-Options", "nosniff")
			h.Set("X-Frame-Options", "DENY")
			h.Set("Referrer-Policy", "same-origin")
			h.Set("Cross-Origin-Opener-Policy", "same-origin")
			h.Set("Cross-Origin-Resource-Policy", "same-origin")
			h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()")
			h.Set("Content-Security-Policy", DataPolicy)
			if proxy.Secure(r) {
				h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
			}
			next.ServeHTTP(w, r)
		})
	}
}
