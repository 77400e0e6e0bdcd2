// Package machine is what a measurement needs to know of a Linux machine: which process
// used how much of which core.
package machine
