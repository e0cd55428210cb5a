package checkout_test

import (
	"net/http"
	"strings"
	"testing"

	"tillway/internal/pay"
)

func TestLanguageOfThePage(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	japanese := func(in *pay.NewSession) { in.Language = "ja-JP" }
	ask := func(b *browser, address, header string) string {
		got := b.do(http.MethodGet, address, nil, "Accept-Language", header)
		_, rest, _ := strings.Cut(got.body, `<html lang="`)
		tag, _, _ := strings.Cut(rest, `"`)
		return tag
	}

	t.Run("is the session's before the browser's", func(t *testing.T) {
		t.Parallel()
		for _, c := range []struct {
			change       func(*pay.NewSession)
			header, want string
		}{
			{func(*pay.NewSession) {}, "zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans"},
			{japanese, "zh-CN,zh;q=0.9", "ja"},
			{func(in *pay.NewSession) { in.Language = "zh-Hant-TW" }, "en", "zh-Hans"},
			// Nobody here speaks Portuguese, so the browser is asked next.
			{func(in *pay.NewSession) { in.Language = "pt-BR" }, "ja,en;q=0.5", "ja"},
			{func(in *pay.NewSession) { in.Language = "pt-BR" }, "tlh", "en"},
		} {
			if got := ask(s.newBrowser(), s.session(c.change), c.header); got != c.want {
				t.Errorf("with %q the page speaks %s, want %s", c.header, got, c.want)
			}
		}
	})
	t.Run("is the buyer's choice before all, and is remembered", func(t *testing.T) {
		t.Parallel()
		b, page := s.newBrowser(), s.session(japanese)
		shown := b.get(page + "?step=details")
		wantText(t, shown, `<nav class="languages"`, `hreflang="en"`, `href="`+page[len(s.URL):]+`?lang=en&amp;step=details"`, `<span lang="ja" aria-current="true">日本語</span>`)
		if got := ask(b, page+"?lang=en", "zh"); got != "en" {
			t.Fatalf("the choice is answered in %s", got)
		}
		for _, next := range []string{page, s.session(japanese), s.link("test", "true")} {
			if got := ask(b, next, "zh"); got != "en" {
				t.Errorf("later %s speaks %s", next, got)
			}
		}
	})
	t.Run("may be written from right to left", func(t *testing.T) {
		t.Parallel()
		for header, want := range map[string][2]string{
			"ar-IQ": {`<html lang="ar" dir="rtl"`, "بطاقتا الاختبار (2)"},
			"ku-IQ": {`<html lang="ckb" dir="rtl"`, "کارتەکەی تاقیکردنەوە"},
		} {
			b, page := s.newBrowser(), s.session()
			opened := b.do(http.MethodGet, page, nil, "Accept-Language", header)
			wantText(t, opened, want[0])
			tag, _, _ := strings.Cut(strings.TrimPrefix(want[0], `<html lang="`), `"`)
			b.get(page + "?lang=" + tag)
			b.follow(page+"/details", buyer("country", "DE"))
			wantText(t, b.get(page), want[0], want[1])
		}
	})
	t.Run("is understood in any spelling, and as spoken somewhere", func(t *testing.T) {
		t.Parallel()
		for asked, want := range map[string]string{"AR": "ar", "en-US": "en", "en_GB": "en", "ku": "ckb", "KU": "ckb", "zh-cn": "zh-Hans", "JA": "ja"} {
			b, page := s.newBrowser(), s.session()
			if got := ask(b, page+"?lang="+asked, "de"); got != want {
				t.Errorf("%s is answered in %s, want %s", asked, got, want)
			}
			if got := ask(b, page, "de"); got != want { // which is remembered
				t.Errorf("%s is remembered as %s, want %s", asked, got, want)
			}
		}
	})
	t.Run("that is not spoken here is no choice", func(t *testing.T) {
		t.Parallel()
		for _, tag := range []string{"xx", "pt-BR", "cy", "en,ar", `"><b>`} {
			got := s.newBrowser().get(s.session() + "?lang=" + strings.ReplaceAll(tag, `"><b>`, "%22%3E%3Cb%3E"))
			for _, cookie := range got.header.Values("Set-Cookie") {
				if strings.HasPrefix(cookie, "tillway_language") {
					t.Errorf("%s is remembered: %s", tag, cookie)
				}
			}
			wantText(t, got, `<html lang="en"`)
		}
	})
	t.Run("can be chosen on a page that refuses, which leads to one that can be opened", func(t *testing.T) {
		t.Parallel()
		page := s.session()
		refused := s.newBrowser().post(page+"/pay", card(goodCard, "0"), "Sec-Fetch-Site", "cross-site")
		wantText(t, refused, `href="`+page[len(s.URL):]+`?lang=ja"`)
	})
	t.Run("is that of the mistakes too", func(t *testing.T) {
		t.Parallel()
		got := s.newBrowser().post(s.session(japanese)+"/details", buyer("email", "", "country", "US"))
		wantStatus(t, got, http.StatusUnprocessableEntity)
		wantText(t, got, "メールアドレスを入力してください", "郵便番号を入力してください", "次の項目をご確認ください", `<option value="DE">ドイツ</option>`)
	})
}
