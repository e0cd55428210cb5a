package e2e

import (
	"context"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"os"
	"strings"
	"testing"
)

func TestZZShots(t *testing.T) {
	names := strings.Split(os.Getenv("SHOTS"), ",")
	for _, n := range names {
		t.Run(n, func(t *testing.T) {
			visit, ok := visits[n]
			if !ok {
				t.Skip()
			}
			b := newTab(t, true)
			visit(newShop(t), b)
			for name, as := range map[string]look{"light": desktop, "dark": {width: 1280, height: 860, dark: true}, "phone": phone, "print": {width: 800, height: 1100}} {
				b.run(appearing(as))
				if name == "print" {
					b.run(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
						return call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
					}))
				}
				os.WriteFile("/tmp/shots/"+strings.ReplaceAll(n, " ", "_")+"-"+name+".png", b.picture(), 0o644)
			}
		})
	}
}
