//go:build linux

package main

import "container/heap"

// A queue holds connections back in the order of their due times.
type queue []*conn

func (q *queue) add(c *conn)       { heap.Push(q, c) }
func (q *queue) next() *conn       { return heap.Pop(q).(*conn) }
func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, j int) bool { return q[i].due.Before(q[j].due) }
func (q queue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }

// Push is for container/heap.
func (q *queue) Push(c any) { *q = append(*q, c.(*conn)) }

// Pop is for container/heap.
func (q *queue) Pop() any {
	last := len(*q) - 1
	c := (*q)[last]
	(*q)[last] = nil
	*q = (*q)[:last]
	return c
}
