package webhooktest

import (
	"encoding/json"
	"html"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// feishuWhole is the longest body that Feishu promises a custom bot to take, in
// bytes.
const feishuWhole = 20_000

type feishuMessage struct {
	Type string `json:"msg_type"`
	Card *struct {
		Header struct {
			Title    feishuText `json:"title"`
			Template string     `json:"template"`
		} `json:"header"`
		Elements []feishuElement `json:"elements"`
	} `json:"card"`
}

type feishuText struct {
	Tag     string `json:"tag"`
	Content string `json:"content"`
}

type feishuElement struct {
	Tag     string      `json:"tag"`
	Text    *feishuText `json:"text"`
	Actions []struct {
		Tag  string     `json:"tag"`
		Text feishuText `json:"text"`
		URL  string     `json:"url"`
	} `json:"actions"`
	Elements []feishuText `json:"elements"`
}

// NewFeishu starts a stand-in for one custom bot of Feishu.
func NewFeishu(t testing.TB) *Chat {
	t.Helper()
	return newChat(t, chatRules{
		path: "/open-apis/bot/v2/hook/0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9", read: readFeishu,
		accepted: func(Post) chatAnswer {
			return chatAnswer{http.StatusOK, "application/json", `{"StatusCode":0,"StatusMessage":"success","code":0,"data":{},"msg":"success"}`}
		},
		refused: feishuError(http.StatusOK, 19024, "Key Words Not Found"),
	})
}

func feishuError(status, code int, message string) chatAnswer {
	return chatAnswer{status, "application/json", mustJSON(map[string]any{"code": code, "msg": message, "data": map[string]any{}})}
}

func readFeishu(_ *http.Request, body []byte) (post Post, refusal *chatRefusal) {
	refuse := func(code int, message, reason string) (Post, *chatRefusal) {
		return Post{}, &chatRefusal{feishuError(http.StatusOK, code, message), reason}
	}
	if len(body) > feishuWhole {
		return Post{}, &chatRefusal{feishuError(http.StatusBadRequest, 9499, "Bad Request"), "more than 20 KB"}
	}
	var message feishuMessage
	if err := json.Unmarshal(body, &message); err != nil {
		return Post{}, &chatRefusal{feishuError(http.StatusBadRequest, 9499, "Bad Request"), err.Error()}
	}
	if message.Type != "interactive" || message.Card == nil {
		return refuse(19002, "params error, msg_type need", "msg_type "+message.Type)
	}
	const badCard = "Failed to create card content"
	title := message.Card.Header.Title
	if title.Tag != "plain_text" || strings.TrimSpace(title.Content) == "" {
		return refuse(11246, badCard, "no title")
	}
	if !slices.Contains(feishuTemplates, message.Card.Header.Template) {
		return refuse(11246, badCard, "no template "+message.Card.Header.Template)
	}
	if len(message.Card.Elements) == 0 {
		return refuse(11246, badCard, "no elements")
	}
	lines := []string{title.Content}
	for _, element := range message.Card.Elements {
		shown, ok := post.feishuElement(element)
		if !ok {
			return refuse(11246, badCard, "element "+element.Tag)
		}
		lines = append(lines, shown...)
	}
	post.Text = strings.Join(lines, "\n")
	return post, nil
}

var (
	feishuTemplates = []string{
		"blue", "wathet", "turquoise", "green", "yellow", "orange", "red", "carmine", "violet", "purple", "indigo", "grey", "default",
	}
	feishuLabel = regexp.MustCompile(`(?s)^\*\*([^*]+)\*\* (.*)$`)
)

// feishuElement is what one element shows; ok is false for one that is none.
func (p *Post) feishuElement(e feishuElement) (lines []string, ok bool) {
	switch {
	case e.Tag == "div" && e.Text != nil && e.Text.Content != "" && e.Text.Tag == "plain_text":
		return []string{e.Text.Content}, true
	case e.Tag == "div" && e.Text != nil && e.Text.Content != "" && e.Text.Tag == "lark_md":
		if labelled := feishuLabel.FindStringSubmatch(e.Text.Content); labelled != nil {
			return []string{p.larkText(labelled[1]) + "\t" + p.larkText(labelled[2])}, true
		}
		return []string{p.larkText(e.Text.Content)}, true
	case e.Tag == "action" && len(e.Actions) > 0:
		for _, action := range e.Actions {
			if action.Tag != "button" || action.Text.Tag != "plain_text" || action.Text.Content == "" {
				return nil, false
			}
			p.Links = append(p.Links, action.URL)
			lines = append(lines, action.Text.Content)
		}
		return lines, true
	case e.Tag == "note" && len(e.Elements) > 0:
		for _, text := range e.Elements {
			if text.Tag != "plain_text" || text.Content == "" {
				return nil, false
			}
			lines = append(lines, text.Content)
		}
		return lines, true
	}
	return nil, e.Tag == "hr"
}

// larkText is what Feishu shows of a lark_md text.
func (p *Post) larkText(text string) string {
	if strings.ContainsAny(text, "<>*~[`") {
		p.Stray = append(p.Stray, text)
	}
	return html.UnescapeString(text)
}
