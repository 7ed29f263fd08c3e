package forecast_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/forecast"
)

func TestCalibrationCountsByTens(t *testing.T) {
	var history []forecast.Outcome
	for i := range 10 {
		history = append(history, forecast.Outcome{Predicted: 0.95, Kept: i < 9}, forecast.Outcome{Predicted: 0.25, Kept: i < 5})
	}
	history = append(history, forecast.Outcome{Predicted: math.NaN(), Kept: true}, forecast.Outcome{Predicted: 1.5, Kept: true}, forecast.Outcome{Predicted: -1})
	c := forecast.Calibrate(history)
	if c.Count != 22 || len(c.Buckets) != 10 || math.Abs(c.Kept-15.0/22) > 1e-9 {
		t.Fatalf("%+v", c)
	}
	brier := (9*0.05*0.05 + 0.95*0.95 + 5*0.75*0.75 + 5*0.25*0.25) / 22
	if math.Abs(c.Brier-brier) > 1e-9 || math.Abs(c.Baseline-15.0/22*7/22) > 1e-9 {
		t.Errorf("Brier %v of %v, want %v", c.Brier, c.Baseline, brier)
	}
	for i, want := range []forecast.Bucket{0: {Count: 1}, 2: {Count: 10, Predicted: 0.25, Kept: 0.5}, 9: {Count: 11, Predicted: (9.5 + 1) / 11, Kept: 10.0 / 11}} {
		b := c.Buckets[i]
		if b.Count != want.Count || math.Abs(b.Predicted-want.Predicted) > 1e-9 || math.Abs(b.Kept-want.Kept) > 1e-9 || b.Low > b.Kept || b.High < b.Kept {
			t.Errorf("bucket %d: %+v, want %+v", i, b, want)
		}
	}
	if b := c.Buckets[3]; b.From != 0.3 || b.To != 0.4 || b.Low != 0 || b.High != 1 {
		t.Errorf("an empty bucket: %+v", b)
	}
	if c := forecast.Calibrate(nil); c.Count != 0 || c.Brier != 0 || len(c.Buckets) != 10 {
		t.Errorf("of nothing: %+v", c)
	}
}

// A desk that is drawn from the model keeps what the model says: of the promises given about p, a
// share of about p.
func TestTheModelIsCalibratedAgainstItself(t *testing.T) {
	luck := rand.New(rand.NewPCG(3, 4))
	var all []forecast.Outcome
	for range 100 {
		in := busy(1+luck.IntN(4), 20+luck.IntN(40), 0.3+0.7*luck.Float64())
		for i := range in.Promises { // crowded into the first day
			in.Promises[i].Due = monday.Add(time.Duration(luck.IntN(8*60)) * time.Minute)
		}
		in.Seed, in.Runs = luck.Uint64(), 200
		said := simulated(t, in)
		for range 10 {
			in.Seed, in.Runs = luck.Uint64(), 1
			for i, c := range simulated(t, in).Chances {
				all = append(all, forecast.Outcome{Predicted: said.Chances[i].Kept, Kept: c.Kept == 1})
			}
		}
	}
	c := forecast.Calibrate(all)
	t.Logf("%d outcomes, Brier %.4f (baseline %.4f), error %.4f", c.Count, c.Brier, c.Baseline, c.Error)
	if c.Error > 0.02 || c.Brier > 0.7*c.Baseline {
		t.Errorf("%+v", c)
	}
	for _, b := range c.Buckets {
		if b.Count > 100 && math.Abs(b.Kept-b.Predicted) > 0.05 {
			t.Errorf("of %d that were given %.2f, %.2f were kept", b.Count, b.Predicted, b.Kept)
		}
	}
}

// A recorded past that went as the model thinks is forecast well by what was known at the time; a
// desk that in truth works at half the pace is found out.
func TestReplayingThePastFindsOutTheModel(t *testing.T) {
	honest := replayed(t, 1)
	t.Logf("honest: %d outcomes, kept %.3f, Brier %.4f (baseline %.4f), error %.4f", honest.Count, honest.Kept, honest.Brier, honest.Baseline, honest.Error)
	if honest.Count < 300 || honest.Error > 0.08 || honest.Brier > honest.Baseline {
		t.Errorf("%+v", honest)
	}
	slower := replayed(t, 3)
	t.Logf("misrecorded: %d outcomes, kept %.3f, Brier %.4f, error %.4f", slower.Count, slower.Kept, slower.Brier, slower.Error)
	if slower.Error < 2*honest.Error {
		t.Errorf("working times recorded at a third go unnoticed: %+v", slower)
	}
}

// Nothing that was recorded after an instant is known at it.
func TestTheFutureIsNotKnownInTheReplay(t *testing.T) {
	whole := recorded(t, 1)
	until := monday.AddDate(0, 0, 16)
	whole.At = slices.DeleteFunc(whole.At, until.Before)
	changed := whole
	changed.History = nil
	for _, r := range whole.History {
		if r.Answered.After(until) {
			r.Working *= 10
		}
		if !r.Arrived.After(until) {
			changed.History = append(changed.History, r)
		}
	}
	if len(changed.History) == len(whole.History) {
		t.Fatal("nothing happened after")
	}
	if a, b := outcomes(t, whole), outcomes(t, changed); !slices.Equal(a, b) || len(a) == 0 {
		t.Errorf("%d outcomes, %d, not the same", len(a), len(b))
	}
}

// Arrivals are measured, so that urgent ones are expected where they came before.
func TestTheReplayExpectsWhatArrivedBefore(t *testing.T) {
	past := recorded(t, 1)
	for i := range past.History { // everybody else has a day; and urgent ones, of an hour each, come all the time
		past.History[i].Due = past.History[i].Arrived.AddDate(0, 0, 1)
	}
	for hour := range 27 * 24 {
		arrived := past.From.Add(time.Duration(hour) * time.Hour)
		past.History = append(past.History, forecast.Row{
			ID: kept.ID(100_000 + hour), Kind: kept.Reply, Priority: kept.Urgent, Arrived: arrived, Due: arrived.Add(time.Hour),
			Answered: arrived.Add(time.Minute), Working: 20 * time.Minute,
		})
	}
	mean := func() (sum float64) {
		all := outcomes(t, past)
		for _, o := range all {
			sum += o.Predicted / float64(len(all))
		}
		return sum
	}
	calm := mean()
	past.Arrivals = append(past.Arrivals, forecast.Stream{Kind: kept.Reply, Priority: kept.Urgent, Span: kept.Span{Minutes: 60}})
	if rushed := mean(); rushed > calm-0.1 {
		t.Errorf("%.3f where urgent ones are expected, %.3f where not", rushed, calm)
	}
}

func replayed(t *testing.T, factor float64) forecast.Calibration {
	t.Helper()
	return forecast.Calibrate(outcomes(t, recorded(t, factor)))
}

func outcomes(t *testing.T, past forecast.Past) []forecast.Outcome {
	t.Helper()
	all, err := forecast.Replay(past)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// recorded are four weeks of a one-agent desk that answers in the order of dues, in which the recorded
// working times are too short by a factor.
func recorded(t *testing.T, factor float64) forecast.Past {
	t.Helper()
	luck := rand.New(rand.NewPCG(9, 9))
	past := forecast.Past{From: monday.Add(-9 * time.Hour), To: monday.AddDate(0, 0, 28), Agents: []forecast.Agent{anna}, Seed: 1}
	free := monday
	for day := range 28 {
		for minute := range 480 {
			arrived := monday.AddDate(0, 0, day).Add(time.Duration(minute) * time.Minute)
			if !office.Open(arrived) || luck.Float64() > 0.85/20 {
				continue
			}
			working := time.Duration(luck.ExpFloat64() * float64(20*time.Minute))
			if arrived.After(free) {
				free = arrived
			}
			answered, err := office.AddDuration(free, working)
			if err != nil {
				t.Fatal(err)
			}
			due, err := office.AddDuration(arrived, 90*time.Minute)
			if err != nil {
				t.Fatal(err)
			}
			free = answered
			past.History = append(past.History, forecast.Row{
				ID: kept.ID(len(past.History) + 1), Kind: kept.Reply, Priority: kept.Normal, Arrived: arrived, Due: due, Answered: answered,
				Working: time.Duration(float64(working) / factor),
			})
		}
		for _, hour := range []int{0, 1, 2, 3, 4, 5, 6, 7} {
			past.At = append(past.At, monday.AddDate(0, 0, day).Add(time.Duration(hour)*time.Hour+30*time.Minute))
		}
	}
	past.Arrivals = []forecast.Stream{{Kind: kept.Reply, Priority: kept.Normal, Zone: office.Zone(), Span: kept.Span{Minutes: 90}, Calendar: office}}
	return past
}
