// Package work does what follows from facts, in its own time: durable jobs, run at least once with
// leases, back-off and dead letters, and the clockwork that settles promises at their instant. It also
// holds the clock, the one place that knows the time. It does not know what a job does or what a
// promise is: it is handed functions. At rest it sleeps on one timer and asks the database nothing.
package work
