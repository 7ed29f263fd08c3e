package forecast

import "math"

// Outcome is what was forecast for a promise, and what became of it.
type Outcome struct {
	Predicted float64 // 0 to 1
	Kept      bool
}

// Calibration says what forecasts were worth. They are calibrated where of the promises that were
// given p, a share of about p was kept.
type Calibration struct {
	Count    int      // outcomes
	Kept     float64  // the share that was kept
	Brier    float64  // mean square of (predicted - kept): 0 is perfect, 0.25 is a coin's
	Baseline float64  // the Brier score of always saying Kept; more skill than that shows below it
	Error    float64  // mean distance of predicted and kept share over the buckets, weighed by count
	Buckets  []Bucket // ten, from "0 to 10 %" to "90 to 100 %", empty ones included
}

// Bucket are the outcomes with about the same forecast.
type Bucket struct {
	From, To  float64 // of the forecast; To isn't included, but for 1
	Count     int
	Predicted float64 // mean forecast
	Kept      float64 // share kept
	Low, High float64 // 95 % interval of the share kept (Wilson); outcomes of one day are not as independent as it thinks
}

const buckets = 10

// Calibrate compares forecasts with what happened. A forecast outside 0 to 1 counts as the nearer
// end; one that is no number is passed over.
func Calibrate(history []Outcome) Calibration {
	c := Calibration{Buckets: make([]Bucket, buckets)}
	var keeps [buckets]int
	all := 0
	for _, o := range history {
		if math.IsNaN(o.Predicted) {
			continue
		}
		p, was := max(0, min(1, o.Predicted)), 0.0
		i := min(int(p*buckets), buckets-1)
		if o.Kept {
			was = 1
			keeps[i]++
			all++
		}
		c.Count++
		c.Brier += (p - was) * (p - was)
		c.Buckets[i].Count++
		c.Buckets[i].Predicted += p
	}
	for i := range c.Buckets {
		b := &c.Buckets[i]
		b.From, b.To = float64(i)/buckets, float64(i+1)/buckets
		b.Kept, b.Low, b.High = share(keeps[i], b.Count)
		if b.Count > 0 {
			b.Predicted /= float64(b.Count)
			c.Error += math.Abs(b.Predicted-b.Kept) * float64(b.Count) / float64(c.Count)
		}
	}
	if c.Count > 0 {
		c.Brier /= float64(c.Count)
		c.Kept = float64(all) / float64(c.Count)
		c.Baseline = c.Kept * (1 - c.Kept)
	}
	return c
}
