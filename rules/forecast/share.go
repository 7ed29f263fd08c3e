package forecast

import "math"

// share is k of n with its 95 % interval after Wilson, which stays inside 0 to 1 and says something
// even where all or none of n were. Of nothing, nothing is known: 0, from 0 to 1.
func share(k, n int) (p, low, high float64) {
	if n == 0 {
		return 0, 0, 1
	}
	const z = 1.959964 // the normal's 97.5 % point
	p = float64(k) / float64(n)
	size := float64(n)
	middle := (p + z*z/(2*size)) / (1 + z*z/size)
	half := z / (1 + z*z/size) * math.Sqrt(p*(1-p)/size+z*z/(4*size*size))
	return p, max(0, min(p, middle-half)), min(1, max(p, middle+half))
}
