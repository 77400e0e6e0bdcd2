// Package rig runs the real parts that the integration tests and the demo need: Locust
// masters, Locust's Python workers, Go workers, a target, and a proxy between them.
//
// Whatever a function of this package starts listens on 127.0.0.1, ends with the context
// it was started with, and on Linux also with the process that started it. Every wait is
// bounded by a context.
package rig
