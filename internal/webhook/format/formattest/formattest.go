// Package formattest is the suite that every format passes: whatever a card
// holds, the destination takes its body and shows its texts as they are.
//
// It knows format and the stand-ins of webhooktest.
package formattest

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tillway/internal/id"
	"tillway/internal/webhook/format"
	"tillway/internal/webhook/webhooktest"
)

// Chat is the chat that bodies are addressed to.
const Chat id.Secret = "8737"

// Sale is the card of the goldens.
func Sale() format.Card {
	return format.Card{
		Mark: "[Test] ", Title: "Order completed", Tone: format.Good,
		Lines: []format.Line{
			{Label: "Amount", Value: "11.90 USD", Short: true, Strong: true},
			{Label: "Product", Value: "Guide <&> *tips*", Short: true},
			{Label: "Order", Value: "ORD_5Fq3Zt8uVbKc5LmN1oPxYd"},
		},
		Link:   format.Link{Label: "View order", URL: "https://pay.example.test/dashboard/orders/ORD_5Fq3Zt8uVbKc5LmN1oPxYd"},
		Footer: "Acme", At: time.Date(2026, 11, 20, 9, 31, 2, 114_000_000, time.UTC),
	}
}

// Run is the suite.
func Run(t *testing.T, drawer format.Format, chat *webhooktest.Chat) {
	t.Run("any card is accepted, and nothing in it is markup", func(t *testing.T) {
		t.Parallel()
		rapid.Check(t, func(t *rapid.T) {
			card := anyCard(anyText(), 60).Draw(t, "card")
			post := mustJudge(t, drawer, chat, card)
			if len(post.Stray) > 0 {
				t.Fatalf("read as markup: %q\n%s", post.Stray, post.Body)
			}
		})
	})

	t.Run("a card of short texts is shown whole and as it is", func(t *testing.T) {
		t.Parallel()
		rapid.Check(t, func(t *rapid.T) {
			card := anyCard(shortText(), 12).Draw(t, "card")
			rest := mustJudge(t, drawer, chat, card).Text
			clean := card.Clean(100)
			texts := []string{clean.Title}
			for _, line := range clean.Lines {
				texts = append(texts, line.Label, line.Value)
			}
			for _, text := range texts {
				_, behind, found := strings.Cut(rest, text)
				if !found {
					t.Fatalf("%q is not shown, or not in its place, in %q", text, rest)
				}
				rest = behind
			}
		})
	})

	t.Run("a link leads where the card says, or is left out", func(t *testing.T) {
		t.Parallel()
		for given, want := range map[string]string{
			"https://pay.example.test/dashboard/orders/ORD_1":      "https://pay.example.test/dashboard/orders/ORD_1",
			"http://localhost:8080/dashboard/orders/ORD_1?a=b&c=d": "http://localhost:8080/dashboard/orders/ORD_1?a=b&c=d",
			`https://pay.example.test/a)b(c"d<e>f g|h` + "`i":      "https://pay.example.test/a%29b%28c%22d%3Ce%3Ef%20g%7Ch%60i",
			"javascript:alert(1)":                                  "",
			"https://":                                             "",
			"":                                                     "",
			"https://pay.example.test/" + strings.Repeat("x", 100_000): "",
		} {
			card := Sale()
			card.Link.URL = given
			links := mustJudge(t, drawer, chat, card).Links
			if want == "" && len(links) > 0 {
				t.Errorf("%.40s leads to %q", given, links)
			}
			for _, link := range links {
				if link != want {
					t.Errorf("%.40s leads to %s, want %s", given, link, want)
				}
			}
			if want != "" && len(links) == 0 {
				t.Errorf("%.40s leads nowhere", given)
			}
		}
	})

	t.Run("what is too long ends in an ellipsis", func(t *testing.T) {
		t.Parallel()
		card := Sale()
		card.Title, card.Lines[1].Value = strings.Repeat("題", 10_000), strings.Repeat("&<*", 40_000)
		post := mustJudge(t, drawer, chat, card)
		if !strings.Contains(post.Text, "題…") || !strings.Contains(post.Text, "…\n") || strings.Contains(post.Text, "ORD_5Fq3Zt8uVbKc5LmN1oPxYd") == false {
			t.Errorf("shown: %.300q", post.Text)
		}
	})

	t.Run("lines that do not fit are counted", func(t *testing.T) {
		t.Parallel()
		card := Sale()
		for range 1000 {
			card.Lines = append(card.Lines, format.Line{Label: "More", Value: "of it", Short: true})
		}
		if post := mustJudge(t, drawer, chat, card); !strings.Contains(post.Text, "+9") {
			t.Errorf("shown: %q", post.Text)
		}
	})

	t.Run("equal cards give equal bytes", func(t *testing.T) {
		t.Parallel()
		one, two := mustDraw(t, drawer, Sale()), mustDraw(t, drawer, Sale())
		if !bytes.Equal(one, two) {
			t.Errorf("%s\n%s", one, two)
		}
	})
}

// tb is what *testing.T and *rapid.T share.
type tb interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

func mustDraw(t tb, drawer format.Format, card format.Card) []byte {
	t.Helper()
	body, err := drawer.Draw(card)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func mustJudge(t tb, drawer format.Format, chat *webhooktest.Chat, card format.Card) webhooktest.Post {
	t.Helper()
	body := drawer.Fill(mustDraw(t, drawer, card), Chat)
	post, err := chat.Judge(body)
	if err != nil {
		t.Fatalf("refused: %v\n%.2000s", err, body)
	}
	return post
}
