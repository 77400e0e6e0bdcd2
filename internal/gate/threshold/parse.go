package threshold

import (
	"errors"
	"fmt"
	"math"
	"regexp/syntax"
	"strconv"
	"strings"
	"time"
)

const allowedFigures = "p50 … p99.9 (any percentile), min, max, avg, failures, rate, count"

// Parse reads a threshold such as "p95 < 250ms", "p99.9 <= 1s", "failures < 0.5%",
// "failures < 5", "rate > 100/s", "max < 2s", "avg < 100ms" or "count > 1000". An error
// names what was bad and what is allowed.
func Parse(text string) (Threshold, error) {
	t := Threshold{Text: strings.Join(strings.Fields(text), " ")}
	figure, operator, limit, err := split(t.Text)
	if err != nil {
		return Threshold{}, fmt.Errorf("threshold: %q: %w", text, err)
	}
	t.Operator = operator
	if err := t.parseFigure(figure); err != nil {
		return Threshold{}, fmt.Errorf("threshold: %q: %w", text, err)
	}
	if err := t.parseLimit(limit); err != nil {
		return Threshold{}, fmt.Errorf("threshold: %q: %w", text, err)
	}
	if err := t.possible(); err != nil {
		return Threshold{}, fmt.Errorf("threshold: %q: %w", text, err)
	}
	return t, nil
}

func split(text string) (figure string, operator Operator, limit string, err error) {
	at := strings.IndexAny(text, "<>=!")
	if at < 0 {
		return "", "", "", errors.New("no operator, allowed are <, <=, > and >=")
	}
	end := at
	for end < len(text) && strings.ContainsRune("<>=!", rune(text[end])) {
		end++
	}
	operator = Operator(text[at:end])
	switch operator {
	case Below, AtMost, Above, AtLeast:
	default:
		return "", "", "", fmt.Errorf("operator %q, allowed are <, <=, > and >=", operator)
	}
	return strings.TrimSpace(text[:at]), operator, strings.TrimSpace(text[end:]), nil
}

func (t *Threshold) parseFigure(name string) error {
	switch f := Figure(name); f {
	case Min, Max, Avg, FailureRatio, Rate, Count:
		t.Figure = f
		return nil
	}
	digits, isPercentile := strings.CutPrefix(name, "p")
	if !isPercentile || digits == "" || strings.Trim(digits, "0123456789.") != "" {
		return fmt.Errorf("figure %q, allowed are %s", name, allowedFigures)
	}
	percent, err := strconv.ParseFloat(digits, 64)
	if err != nil || percent <= 0 || percent >= 100 {
		return fmt.Errorf("percentile %q, allowed is what lies between p0 and p100, such as p95 and p99.9; for the highest write max", name)
	}
	t.Figure = Percentile
	t.Quantile, err = hundredth(percent)
	return err
}

func (t *Threshold) parseLimit(text string) error {
	if text == "" {
		return fmt.Errorf("no limit after %s", t.Operator)
	}
	var err error
	switch t.Figure {
	case FailureRatio:
		return t.parseFailures(text)
	case Rate:
		t.Limit, err = parseRate(text)
	case Count:
		t.Limit, err = parseCount(text)
	default:
		t.Limit, err = parseTime(text)
	}
	return err
}

// parseFailures reads a percentage or, without a sign, a number of failures.
func (t *Threshold) parseFailures(text string) error {
	percent, isPercent := strings.CutSuffix(text, "%")
	if !isPercent {
		t.Figure = Failures
		n, err := parseCount(text)
		if err != nil {
			return fmt.Errorf("%w; a part of the requests is written as a percentage: 0.5%%", err)
		}
		t.Limit = n
		return nil
	}
	v, err := number(strings.TrimSpace(percent))
	if err != nil || v > 100 {
		return fmt.Errorf("limit %q, allowed are 0%% to 100%%", text)
	}
	t.Limit, err = hundredth(v)
	return err
}

// hundredth is a hundredth of what was written: 99.9 / 100 is another number than 0.999.
func hundredth(v float64) (float64, error) {
	return strconv.ParseFloat(strconv.FormatFloat(v, 'f', -1, 64)+"e-2", 64)
}

func parseTime(text string) (float64, error) {
	if _, err := number(text); err == nil && text != "0" {
		return 0, fmt.Errorf("limit %q has no unit: write %sms or %ss", text, text, text)
	}
	d, err := time.ParseDuration(strings.ReplaceAll(text, " ", ""))
	if err != nil || d < 0 {
		return 0, fmt.Errorf("limit %q is no time, allowed are such as 250ms, 1.5s and 1m", text)
	}
	return d.Seconds(), nil
}

func parseRate(text string) (float64, error) {
	for unit, seconds := range map[string]float64{"/s": 1, "/min": 60, "/m": 60, "/h": 3600} {
		if digits, ok := strings.CutSuffix(text, unit); ok {
			v, err := number(strings.TrimSpace(digits))
			if err != nil {
				break
			}
			return v / seconds, nil
		}
	}
	if _, err := number(text); err == nil {
		return 0, fmt.Errorf("limit %q has no unit: write %s/s or %s/min", text, text, text)
	}
	return 0, fmt.Errorf("limit %q is no rate, allowed are such as 100/s and 6000/min", text)
}

func parseCount(text string) (float64, error) {
	n, err := strconv.ParseUint(text, 10, 53)
	if err != nil {
		return 0, fmt.Errorf("limit %q, allowed are whole numbers", text)
	}
	return float64(n), nil
}

func number(text string) (float64, error) {
	v, err := strconv.ParseFloat(text, 64)
	switch {
	case err != nil:
		return 0, err
	case math.IsNaN(v), math.IsInf(v, 0), v < 0:
		return 0, fmt.Errorf("%q is below zero or no number", text)
	}
	return v, nil
}

// possible refuses what can never, or always, be true.
func (t *Threshold) possible() error {
	top := math.Inf(1)
	if t.Figure == FailureRatio {
		top = 1
	}
	switch {
	case t.Operator == Below && t.Limit == 0, t.Operator == Above && t.Limit >= top:
		return errors.New("can never be true")
	case t.Operator == AtLeast && t.Limit == 0, t.Operator == AtMost && t.Limit >= top:
		return errors.New("is always true")
	}
	return nil
}

func badPattern(expr string, err error) error {
	if why, ok := errors.AsType[*syntax.Error](err); ok {
		return fmt.Errorf("threshold: pattern %q is no regular expression: %s: %q", expr, why.Code, why.Expr)
	}
	return fmt.Errorf("threshold: pattern %q is no regular expression: %w", expr, err)
}
