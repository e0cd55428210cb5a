package app

import (
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tillway/internal/config"
	"tillway/internal/id"
	"tillway/internal/sqldb"
	"tillway/internal/sqldb/sqldbtest"
)

func TestPostgresIsJudgedByItsSettings(t *testing.T) {
	t.Parallel()
	good := sqldb.PostgresSettings{Version: 170002, SynchronousCommit: "on", Fsync: "on", FullPageWrites: "on", MaxConnections: 100}
	for name, c := range map[string]struct {
		change  func(s *sqldb.PostgresSettings)
		verdict Verdict
		says    string
	}{
		"a durable one":              {func(*sqldb.PostgresSettings) {}, VerdictOK, "version 17"},
		"a stronger one":             {func(s *sqldb.PostgresSettings) { s.SynchronousCommit = "remote_apply" }, VerdictOK, "durable"},
		"one that forgets":           {func(s *sqldb.PostgresSettings) { s.Fsync = "off" }, VerdictFail, "fsync is off"},
		"one that answers too early": {func(s *sqldb.PostgresSettings) { s.SynchronousCommit = "off" }, VerdictWarn, "synchronous_commit"},
		"one that tears pages":       {func(s *sqldb.PostgresSettings) { s.FullPageWrites = "off" }, VerdictWarn, "full_page_writes"},
		"one that nobody mends":      {func(s *sqldb.PostgresSettings) { s.Version = 110022 }, VerdictWarn, "version 11"},
		"one with too little room":   {func(s *sqldb.PostgresSettings) { s.MaxConnections = 20 }, VerdictFail, "max_connections is 20"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			settings := good
			c.change(&settings)
			d := &doctor{}
			d.judgePostgres(settings)
			if len(d.findings) != 1 || d.findings[0].Verdict != c.verdict || !strings.Contains(d.findings[0].Detail, c.says) {
				t.Errorf("found %+v, want one %s that says %q", d.findings, c.verdict, c.says)
			}
			if c.verdict != VerdictOK && d.findings[0].Remedy == "" {
				t.Error("there is no remedy")
			}
		})
	}
}

func TestTheClockIsJudgedByItsDistance(t *testing.T) {
	t.Parallel()
	for ahead, want := range map[time.Duration]Verdict{
		0: VerdictOK, 2 * time.Second: VerdictOK, -30 * time.Second: VerdictWarn, 30 * time.Second: VerdictWarn,
		2 * time.Minute: VerdictFail, -2 * time.Hour: VerdictFail,
	} {
		d := &doctor{}
		d.judgeClock(ahead, "example.com")
		if d.findings[0].Verdict != want {
			t.Errorf("%v ahead is %s, want %s", ahead, d.findings[0].Verdict, want)
		}
		if behind := strings.Contains(d.findings[0].Detail, "behind"); want != VerdictOK && behind != (ahead < 0) {
			t.Errorf("%v ahead is told as %q", ahead, d.findings[0].Detail)
		}
	}
}

func TestTheCertificateIsJudgedByTimeAndHost(t *testing.T) {
	t.Parallel()
	now := time.Now()
	for name, c := range map[string]struct {
		until   time.Time
		host    string
		verdict Verdict
	}{
		"a good one":              {now.Add(60 * 24 * time.Hour), "localhost", VerdictOK},
		"one that ends soon":      {now.Add(3 * 24 * time.Hour), "localhost", VerdictWarn},
		"one that has ended":      {now.Add(-time.Hour), "localhost", VerdictFail},
		"one for another address": {now.Add(60 * 24 * time.Hour), "pay.example.com", VerdictFail},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			cfg := config.Config{TLSCert: filepath.Join(dir, "cert.pem"), TLSKey: filepath.Join(dir, "key.pem"), PublicURL: "https://" + c.host}
			mustCertify(t, cfg.TLSCert, cfg.TLSKey, 1, c.until)
			d := &doctor{cfg: DiagnoseConfig{Config: cfg}, now: func() time.Time { return now }}
			d.checkCertificate()
			if len(d.findings) != 1 || d.findings[0].Verdict != c.verdict {
				t.Errorf("found %+v, want %s", d.findings, c.verdict)
			}
		})
	}
}

func TestTheDoctorLooksAtPostgres(t *testing.T) {
	t.Parallel()
	cfg := DiagnoseConfig{Config: config.Config{
		Data:   config.Data{DatabaseURL: id.Secret(sqldbtest.PostgresURL(t, nil)), MasterKey: "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"},
		Listen: "127.0.0.1:0",
	}}
	find := func(d Diagnosis, check string) (found Finding) {
		for _, finding := range d.Findings {
			if finding.Check == check {
				found = finding
			}
		}
		return found
	}
	empty := Diagnose(t.Context(), cfg)
	if found := find(empty, "data"); found.Verdict != VerdictWarn || !strings.Contains(found.Detail, "no Tillway data") {
		t.Errorf("an empty database: %+v", found)
	}
	if _, err := Migrate(t.Context(), cfg.Data, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	made := Diagnose(t.Context(), cfg)
	for _, check := range []string{"clock", "data", "master key", "listen address"} {
		if found := find(made, check); found.Verdict != VerdictOK {
			t.Errorf("%s: %+v", check, found)
		}
	}
	cfg.MasterKey = ""
	if found := find(Diagnose(t.Context(), cfg), "master key"); found.Verdict != VerdictFail || found.Remedy == "" {
		t.Errorf("without the key: %+v", found)
	}
	cfg.DatabaseURL = "postgres://u:hush@127.0.0.1:1/none"
	away := Diagnose(t.Context(), cfg)
	if found := find(away, "PostgreSQL"); away.Healthy || found.Verdict != VerdictFail || strings.Contains(found.Detail, "hush") {
		t.Errorf("a database that is away: %+v", found)
	}
}
