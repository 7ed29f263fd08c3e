package portal

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/kept-desk/kept/rules/words"
)

// The large clock, in units of its 300-unit square.
const (
	middle    = 150.0
	rim       = 124.0 // where the due time lies
	lap       = 13.0  // how far a second lap, of twelve hours, lies inside the first
	innermost = 26.0  // how far all laps may wind inward: there the digits begin
	longest   = 48 * time.Hour
)

// face is the large clock: an ordinary twelve-hour face with an arc from now to our word. Over
// twelve hours it winds inward; over 48 it has no arc. It has no hands: two hands would be read as
// a time of day.
type face struct {
	Kind  string // run, yours, solved, done
	Hours []hour
	Span  string // the arc as an SVG path; empty: none
	Wound bool   // it has more than one lap: less room for the digits
	Fine  bool   // the laps lie close: a thinner line
	Now   point
	End   point
}

type hour struct {
	Path    string
	Quarter bool
}

type point struct{ X, Y string }

// faceOf draws the way from the reader's now to an instant.
func faceOf(r words.Reader, due time.Time) face {
	f := face{Kind: "run", Hours: hours}
	wait := due.Sub(r.Now)
	if wait <= 0 || wait > longest {
		return f
	}
	begin := angle(r.Now.In(r.Zone))
	// The face shows wall time: where the clocks change in between, the arc does too.
	_, now := r.Now.In(r.Zone).Zone()
	_, then := due.In(r.Zone).Zone()
	sweep := (wait + time.Duration(then-now)*time.Second).Hours() * 30
	if sweep <= 0 {
		return f
	}
	laps := sweep / 360
	inward := 0.0
	if laps > 1 {
		inward = min(lap*laps, innermost)
	}
	f.Wound, f.Fine = laps > 1, lap*laps > innermost
	f.Span = winding(begin, sweep, rim-inward, rim)
	f.Now, f.End = at(begin, rim-inward), at(begin+sweep, rim)
	return f
}

// angle is where the hour stands on a twelve-hour face, in degrees from the top.
func angle(t time.Time) float64 {
	return float64(t.Hour()%12)*30 + float64(t.Minute())/2
}

// winding is a spiral from one radius to another as short arcs of 30 degrees: the eye sees no step.
func winding(begin, sweep, from, to float64) string {
	var b strings.Builder
	start := at(begin, from)
	fmt.Fprintf(&b, "M%s %s", start.X, start.Y)
	steps := max(1, int(math.Ceil(sweep/30)))
	for i := 1; i <= steps; i++ {
		share := float64(i) / float64(steps)
		radius := from + (to-from)*share
		p := at(begin+sweep*share, radius)
		fmt.Fprintf(&b, "A%.0f %.0f 0 0 1 %s %s", radius, radius, p.X, p.Y)
	}
	return b.String()
}

func at(degrees, radius float64) point {
	rad := degrees * math.Pi / 180
	return point{short(middle + radius*math.Sin(rad)), short(middle - radius*math.Cos(rad))}
}

func short(v float64) string {
	return strings.TrimSuffix(fmt.Sprintf("%.1f", v), ".0")
}

// hours are the marks around the face, longer at the quarters.
var hours = func() (all []hour) {
	for i := range 12 {
		outer := 140.0
		if i%3 == 0 {
			outer = 146
		}
		a, b := at(float64(i)*30, 134), at(float64(i)*30, outer)
		all = append(all, hour{Path: "M" + a.X + " " + a.Y + "L" + b.X + " " + b.Y, Quarter: i%3 == 0})
	}
	return all
}()
