package e2e

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"tillway/test/harness"
)

// pageLimit is how long a test may take in the browser before it is called
// hung. It is no measurement.
const pageLimit = 30 * time.Second

// chromium is the one browser process of the test binary.
var chromium struct {
	once   sync.Once
	ctx    context.Context
	cancel []context.CancelFunc
	err    error
}

func TestMain(m *testing.M) {
	code := harness.Main(m)
	for i := len(chromium.cancel) - 1; i >= 0; i-- {
		chromium.cancel[i]()
	}
	os.Exit(code)
}

func startChromium() {
	path, err := exec.LookPath("chromium")
	if err != nil {
		chromium.err = err
		return
	}
	allocator, stop := chromedp.NewExecAllocator(context.Background(),
		chromedp.ExecPath(path), chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck,
		chromedp.Flag("headless", true), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-dev-shm-usage", true),
		// Tests run beside each other, so a tab in the background is as awake as one in front.
		chromedp.Flag("disable-background-timer-throttling", true), chromedp.Flag("disable-renderer-backgrounding", true),
		chromedp.Flag("disable-backgrounding-occluded-windows", true),
		chromedp.Flag("hide-scrollbars", true), chromedp.Flag("force-color-profile", "srgb"),
	)
	ctx, leave := chromedp.NewContext(allocator)
	chromium.ctx, chromium.cancel = ctx, []context.CancelFunc{stop, leave}
	chromium.err = chromedp.Do(ctx)
}

// tab is a window of a person of its own: no cookies, no history.
type tab struct {
	t   *testing.T
	ctx context.Context
}

// look is how a tab shows pages.
type look struct {
	width, height int64
	dark          bool
}

var (
	desktop = look{width: 1280, height: 860}
	phone   = look{width: 390, height: 844}
)

// newTab opens a tab in which scripts run, or not. It fails the test when a
// page breaks its own security policy or throws. Without Chromium it fails
// too; see `make deps`.
func newTab(t *testing.T, scripts bool) *tab {
	t.Helper()
	chromium.once.Do(startChromium)
	if chromium.err != nil {
		t.Fatalf("the browser tests need Chromium (Debian: apt-get install chromium): %v", chromium.err)
	}
	ctx, leave := chromedp.NewContext(chromium.ctx, chromedp.WithNewBrowserContext())
	// The tab lives as long as the context of its first action, so that one has
	// no limit.
	must(t, chromedp.Do(ctx))
	b := &tab{t: t, ctx: ctx}
	b.readConsole(leave)
	b.run(
		chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
			return errors.Join(
				call(ctx, t, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true}),
				call(ctx, t, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !scripts}),
			)
		}),
		appearing(desktop),
	)
	return b
}

// readConsole collects what pages complain of until the test ends. Statuses of
// 4xx are complaints of the network, and no defect.
func (b *tab) readConsole(leave context.CancelFunc) {
	var complaints []string
	done := make(chan struct{})
	messages := chromedp.Console(b.ctx)
	go func() {
		defer close(done)
		for message, err := range messages {
			if err != nil {
				return
			}
			if message.Source != "network" && (message.IsException() || message.Type == "error" || message.Type == "warning") {
				complaints = append(complaints, message.String())
			}
		}
	}()
	b.t.Cleanup(func() {
		leave()
		<-done
		for _, complaint := range complaints {
			b.t.Errorf("the browser complains: %s", complaint)
		}
	})
}

// appearing sets the window's size and the colour scheme that the person likes.
func appearing(as look) chromedp.Action[chromedp.Void] {
	scheme := "light"
	if as.dark {
		scheme = "dark"
	}
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		return errors.Join(
			call(ctx, t, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
				Width: as.width, Height: as.height, DeviceScaleFactor: 1, Mobile: as.width < 600,
			}),
			call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
				Features: []*emulation.MediaFeature{
					{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
				},
			}),
		)
	})
}

func call[P, R any](ctx context.Context, t *chromedp.Target, command cdp.Command[P, R], params P) error {
	_, err := cdp.Call(ctx, t, command, params)
	return err
}

// run does the actions in order and fails the test at the first that fails.
func (b *tab) run(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ask(b, chromedp.Steps(actions...))
}

// ask does one action and returns its value.
func ask[T any](b *tab, action chromedp.Action[T]) T {
	b.t.Helper()
	ctx, stop := context.WithTimeout(b.ctx, pageLimit)
	defer stop()
	value, err := chromedp.Run(ctx, action)
	if err != nil {
		where, _ := chromedp.Run(b.ctx, chromedp.Location())
		page, _ := chromedp.Run(b.ctx, chromedp.OuterHTML(chromedp.CSS("body"), chromedp.AtLeast(0)))
		b.t.Fatalf("in the browser: %v\nat %s:\n%s", err, where, page)
	}
	return value
}

// open loads a page.
func (b *tab) open(address string) {
	b.t.Helper()
	b.run(chromedp.Navigate(address))
}

// see waits until one of the page's headings says text.
func (b *tab) see(text string) {
	b.t.Helper()
	b.run(chromedp.WaitVisible(`//main//*[self::h1 or self::h2][contains(., "` + text + `")]`))
}

// fill types into inputs by id, over what they hold; pairs are id and text.
func (b *tab) fill(pairs ...string) {
	b.t.Helper()
	for i := 0; i+1 < len(pairs); i += 2 {
		b.run(
			chromedp.Focus(chromedp.CSS("#"+pairs[i])),
			chromedp.Evaluate[chromedp.Void](`document.activeElement.select()`),
			chromedp.KeyEvent(pairs[i+1]),
		)
	}
}

// choose picks an option of a list by its value.
func (b *tab) choose(id, value string) {
	b.t.Helper()
	b.run(chromedp.SetValue(chromedp.CSS("#"+id), value))
}

// press clicks on a button or link by its visible words.
func (b *tab) press(words string) {
	b.t.Helper()
	b.run(pressing(words))
}

// submit presses and waits for the page that follows.
func (b *tab) submit(words string) {
	b.t.Helper()
	b.follow(pressing(words))
}

// follow does something that loads a page and waits for it.
func (b *tab) follow(action chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, stop := context.WithTimeout(b.ctx, pageLimit)
	defer stop()
	if _, err := chromedp.RunResponse(ctx, action); err != nil {
		b.t.Fatalf("no page followed: %v", err)
	}
}

func pressing(words string) chromedp.Action[chromedp.Void] {
	return chromedp.Click(`//main//*[self::button or self::a][contains(., "`+words+`")]`, chromedp.NodeVisible)
}

// keys types on the keyboard, wherever the focus is.
func (b *tab) keys(keys ...string) {
	b.t.Helper()
	for _, key := range keys {
		b.run(chromedp.KeyEvent(key))
	}
}

// text is the visible text of the page's main part.
func (b *tab) text() string {
	b.t.Helper()
	return ask(b, chromedp.Text(chromedp.CSS("main")))
}

// wantText fails unless the page shows every text.
func (b *tab) wantText(texts ...string) {
	b.t.Helper()
	page := b.text()
	for _, text := range texts {
		if !strings.Contains(page, text) {
			b.t.Errorf("the page does not say %q:\n%s", text, page)
		}
	}
}

// picture takes a screenshot of the whole page.
func (b *tab) picture() []byte {
	b.t.Helper()
	return ask(b, chromedp.FullScreenshot(100))
}
