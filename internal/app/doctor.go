package app

import (
	"context"
	"log/slog"
	"time"

	"tillway/internal/config"
	"tillway/internal/fault"
)

// Verdict is what a check of the installation found.
type Verdict string

// The verdicts. A warning is something that works and should not stay so.
const (
	VerdictOK   Verdict = "ok"
	VerdictWarn Verdict = "warn"
	VerdictFail Verdict = "fail"
)

// Finding is the result of one check.
type Finding struct {
	Check   string  `json:"check"` // stable, for programs
	Verdict Verdict `json:"verdict"`
	Detail  string  `json:"detail"`
	Remedy  string  `json:"remedy,omitempty"`
}

// Diagnosis is the result of all checks.
type Diagnosis struct {
	Healthy  bool      `json:"healthy"` // no check failed
	Findings []Finding `json:"findings"`
}

// DiagnoseConfig says what to look at.
type DiagnoseConfig struct {
	config.Config
	Probe string // URL to ask for the way out and for the time; "" leaves both out
	Log   *slog.Logger
}

// Diagnose looks at what a server with this configuration needs, beside a
// running one or without one. It changes nothing, but for a file in the data
// directory that it removes at once.
func Diagnose(ctx context.Context, cfg DiagnoseConfig) Diagnosis {
	d := &doctor{cfg: cfg, now: time.Now}
	if cfg.Postgres() {
		d.checkPostgres(ctx)
	} else {
		d.checkDir()
		d.checkDisk()
		d.checkData(ctx)
	}
	d.checkPort(ctx)
	d.checkCertificate()
	d.checkPublicURL(ctx)
	d.checkWayOut(ctx)
	d.checkMail()
	diagnosis := Diagnosis{Healthy: true, Findings: d.findings}
	for _, finding := range d.findings {
		diagnosis.Healthy = diagnosis.Healthy && finding.Verdict != VerdictFail
	}
	return diagnosis
}

// doctor collects findings.
type doctor struct {
	cfg      DiagnoseConfig
	now      func() time.Time
	findings []Finding
}

func (d *doctor) ok(check, detail string) {
	d.findings = append(d.findings, Finding{Check: check, Verdict: VerdictOK, Detail: detail})
}

func (d *doctor) warn(check, detail, remedy string) {
	d.findings = append(d.findings, Finding{Check: check, Verdict: VerdictWarn, Detail: detail, Remedy: remedy})
}

func (d *doctor) fail(check, detail, remedy string) {
	d.findings = append(d.findings, Finding{Check: check, Verdict: VerdictFail, Detail: detail, Remedy: remedy})
}

// fault is a failed check whose error says the remedy itself.
func (d *doctor) fault(check string, err error) {
	f := fault.From(err)
	detail := f.Message
	if f.Cause != nil {
		detail += ": " + fault.Reason(f.Cause)
	}
	d.fail(check, detail, f.Hint)
}
