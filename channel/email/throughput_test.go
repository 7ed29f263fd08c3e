package email_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/kept-desk/kept/channel/email"
)

// BenchmarkListener sends mails over 16 connections on this machine to a listener that stores
// nothing. CPU is that of both sides: the client is the same library.
func BenchmarkListener(b *testing.B) {
	for _, size := range []int{8 << 10, 60 << 10} {
		b.Run(fmt.Sprintf("%dKiB", size>>10), func(b *testing.B) {
			p := listen(b, func(c *email.Config) {
				c.MaxMails = 1 << 30
				c.Store = func(context.Context, email.Envelope, []byte) error { return nil }
			})
			body := mail + strings.Repeat(strings.Repeat("x", 76)+"\r\n", size/78)
			work := make(chan struct{})
			var wg sync.WaitGroup
			for range 16 {
				client, err := smtp.Dial(p.Addr().String())
				if err != nil {
					b.Fatal(err)
				}
				wg.Go(func() {
					defer client.Close()
					for range work {
						if err := client.SendMail("a@b.test", []string{"help@northlight.test"}, strings.NewReader(body)); err != nil {
							b.Error(err)
						}
					}
				})
			}
			b.SetBytes(int64(len(body)))
			began, used := time.Now(), cpu(b)
			for b.Loop() {
				work <- struct{}{}
			}
			close(work)
			wg.Wait()
			b.ReportMetric(float64(b.N)/time.Since(began).Seconds(), "mails/s")
			b.ReportMetric(float64((cpu(b)-used).Microseconds())/float64(b.N), "cpu-µs/mail")
		})
	}
}

// BenchmarkSender hands mails to a listener over kept connections, without TLS and with it.
func BenchmarkSender(b *testing.B) {
	for name, query := range map[string]string{"plain": "?starttls=never", "tls": ""} {
		b.Run(name, func(b *testing.B) {
			p := listen(b, func(c *email.Config) {
				c.Store = func(context.Context, email.Envelope, []byte) error { return nil }
			})
			s := relayed(b, "smtp://"+p.Addr().String()+query)
			body := []byte(mail + strings.Repeat(strings.Repeat("x", 76)+"\r\n", 100))
			b.SetParallelism(8)
			began, used := time.Now(), cpu(b)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if _, err := s.Send(context.Background(), body, "", []string{"help@northlight.test"}); err != nil {
						b.Error(err)
					}
				}
			})
			b.ReportMetric(float64(b.N)/time.Since(began).Seconds(), "mails/s")
			b.ReportMetric(float64((cpu(b)-used).Microseconds())/float64(b.N), "cpu-µs/mail")
		})
	}
}

// cpu is what this process has used of it.
func cpu(b *testing.B) time.Duration {
	var use syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
		b.Fatal(err)
	}
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}
