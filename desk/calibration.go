package desk

import (
	"context"
	"sync"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/forecast"
	"github.com/kept-desk/kept/store"
)

// calibrationRuns is how often each moment of the past is simulated: fewer than for a forecast, as it is
// many moments that count.
const calibrationRuns = 100

// enough is how many outcomes it takes before a share of them says something.
const enough = 30

// Calibration says what forecasts would have been worth in the last weeks.
type Calibration struct {
	Since    time.Time `json:"since" doc:"From when on the record was read; the first week only teaches."`
	Until    time.Time `json:"until"`
	Moments  int       `json:"moments" doc:"At how many moments it was forecast what was known then."`
	Count    int       `json:"count" doc:"Forecasts whose outcome is known; a promise that was open at several moments counts at each."`
	Enough   bool      `json:"enough" doc:"Whether these are enough to say something."`
	Kept     float64   `json:"kept" doc:"The share that was kept."`
	Brier    float64   `json:"brier" doc:"Mean square of forecast less outcome: 0 is perfect."`
	Baseline float64   `json:"baseline" doc:"The same for always saying the share that was kept; a lower Brier score shows skill."`
	Off      float64   `json:"off" doc:"How far forecast and outcome lay apart on average."`
	Buckets  []Bucket  `json:"buckets"`
}

// Bucket is the forecasts of about the same probability.
type Bucket struct {
	From      float64 `json:"from"`
	To        float64 `json:"to"`
	Count     int     `json:"count"`
	Predicted float64 `json:"predicted" doc:"Their mean forecast."`
	Kept      float64 `json:"kept" doc:"The share of them that was kept."`
	Low       float64 `json:"low" doc:"95 % interval of that share."`
	High      float64 `json:"high"`
}

// calibrated is the calibration of a day: what is past doesn't change.
type calibrated struct {
	mu  sync.Mutex
	day uint64
	c   Calibration
}

// Calibration forecasts, at ten and at two of each open day of the last weeks, with what was known then,
// and says what became of it.
func (d *Desk) Calibration(ctx context.Context, who kept.Actor) (Calibration, error) {
	var p forecast.Past
	var day uint64
	err := d.foresee(ctx, who, "read-calibration", func(_ *store.Tx, h *house, a *ahead) error {
		record := d.sight.past
		day = h.seed(a.at)
		p = forecast.Past{
			From: record.from, To: record.to, History: record.rows, Agents: a.input.Agents, Arrivals: record.streams,
			At: h.moments(record.from, record.to), Seed: a.input.Seed, Runs: calibrationRuns,
		}
		return nil
	})
	if err != nil {
		return Calibration{}, err
	}
	d.sight.calibrated.mu.Lock()
	defer d.sight.calibrated.mu.Unlock()
	if s := &d.sight.calibrated; s.day == day {
		return s.c, nil
	}
	outcomes, err := forecast.Replay(p)
	if err != nil {
		return Calibration{}, err
	}
	d.sight.calibrated.day, d.sight.calibrated.c = day, calibration(p, forecast.Calibrate(outcomes))
	return d.sight.calibrated.c, nil
}

// moments are ten and two o'clock of each day on which the organization is open, after the first week.
func (h *house) moments(from, to time.Time) (at []time.Time) {
	zone, err := time.LoadLocation(h.organization.Zone)
	if err != nil {
		zone = time.UTC
	}
	hours := h.shifts(kept.Agent{})
	year, month, first := from.Add(leastPast).In(zone).Date()
	for n := range pastDays {
		midnight := time.Date(year, month, first+n, 0, 0, 0, 0, zone)
		if hours.Between(midnight, midnight.AddDate(0, 0, 1)) == 0 {
			continue
		}
		for _, hour := range []int{10, 14} {
			t := time.Date(year, month, first+n, hour, 0, 0, 0, zone)
			if t.Sub(from) >= leastPast && t.Before(to) {
				at = append(at, t.UTC())
			}
		}
	}
	return at
}

func calibration(p forecast.Past, c forecast.Calibration) Calibration {
	out := Calibration{
		Since: p.From, Until: p.To, Moments: len(p.At), Count: c.Count, Enough: c.Count >= enough,
		Kept: c.Kept, Brier: c.Brier, Baseline: c.Baseline, Off: c.Error, Buckets: []Bucket{},
	}
	for _, b := range c.Buckets {
		out.Buckets = append(out.Buckets, Bucket(b))
	}
	return out
}
