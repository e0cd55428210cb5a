package webhooktest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// telegramText is the longest text that Telegram takes, in characters after its
// entities were read.
const telegramText = 4096

type telegramMessage struct {
	Chat      json.RawMessage `json:"chat_id"`
	Text      string          `json:"text"`
	ParseMode string          `json:"parse_mode"`
}

// NewTelegram starts a stand-in for the Bot API with one bot.
func NewTelegram(t testing.TB) *Chat {
	t.Helper()
	return newChat(t, chatRules{
		path: "/bot123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11/sendMessage", read: readTelegram,
		// As the real one, it repeats the message, which may be longer than
		// what a log keeps of an answer.
		accepted: func(p Post) chatAnswer {
			return chatAnswer{http.StatusOK, "application/json", mustJSON(map[string]any{
				"ok": true, "result": map[string]any{"message_id": 1, "chat": map[string]any{"id": p.Chat}, "text": p.Text},
			})}
		},
		refused: telegramError(http.StatusOK, "Bad Request: chat not found"),
	})
}

func telegramError(status int, description string) chatAnswer {
	return chatAnswer{status, "application/json", mustJSON(map[string]any{"ok": false, "error_code": 400, "description": description})}
}

func readTelegram(_ *http.Request, body []byte) (post Post, refusal *chatRefusal) {
	refuse := func(description string) (Post, *chatRefusal) {
		return Post{}, &chatRefusal{telegramError(http.StatusBadRequest, "Bad Request: "+description), description}
	}
	var message telegramMessage
	if err := json.Unmarshal(body, &message); err != nil {
		return refuse("can't parse JSON: " + err.Error())
	}
	if !telegramChat.Match(message.Chat) {
		return refuse("chat_id is empty")
	}
	if message.ParseMode != "HTML" {
		return refuse("unsupported parse_mode")
	}
	shown, err := post.telegramHTML(message.Text)
	if err != nil {
		return refuse("can't parse entities: " + err.Error())
	}
	switch {
	case strings.TrimSpace(shown) == "":
		return refuse("message text is empty")
	case units(shown) > telegramText:
		return refuse(fmt.Sprintf("message is too long: %d", units(shown)))
	}
	post.Text, post.Chat = shown, strings.Trim(string(message.Chat), `"`)
	return post, nil
}

var (
	telegramChat   = regexp.MustCompile(`^("(-?[0-9]+|@[A-Za-z0-9_]+)"|-?[0-9]+)$`)
	telegramTag    = regexp.MustCompile(`^<(/?)([a-z]+)(?: href="([^"<>]*)")?>`)
	telegramEntity = regexp.MustCompile(`^&(amp|lt|gt|quot|#[0-9]+);`)
	telegramTags   = []string{"b", "strong", "i", "em", "u", "s", "a", "code", "pre", "blockquote"}
)

// telegramHTML reads tags and entities; a tag that is unknown, not closed or
// closed out of turn is an error, as for Telegram. An ampersand that begins no
// entity is shown as it is there; here it is a stray.
func (p *Post) telegramHTML(text string) (string, error) {
	var shown strings.Builder
	var open []string
	for rest := text; rest != ""; {
		if tag := telegramTag.FindStringSubmatch(rest); tag != nil {
			name := tag[2]
			switch {
			case !slices.Contains(telegramTags, name):
				return "", fmt.Errorf("unsupported start tag %q", name)
			case tag[1] == "":
				open = append(open, name)
				if tag[3] != "" {
					p.Links = append(p.Links, telegramEntities.Replace(tag[3]))
				}
			case len(open) == 0 || open[len(open)-1] != name:
				return "", fmt.Errorf("unexpected end tag %q", name)
			default:
				open = open[:len(open)-1]
			}
			rest = rest[len(tag[0]):]
			continue
		}
		switch rest[0] {
		case '<':
			return "", fmt.Errorf("unsupported start tag at %q", rest[:min(len(rest), 20)])
		case '&':
			entity := telegramEntity.FindString(rest)
			if entity == "" {
				p.Stray = append(p.Stray, rest[:1])
				entity = rest[:1]
			}
			shown.WriteString(telegramEntities.Replace(entity))
			rest = rest[len(entity):]
		default:
			shown.WriteByte(rest[0])
			rest = rest[1:]
		}
	}
	if len(open) > 0 {
		return "", fmt.Errorf("can't find end tag of %q", open[len(open)-1])
	}
	return shown.String(), nil
}

var telegramEntities = strings.NewReplacer("&amp;", "&", "&lt;", "<", "&gt;", ">", "&quot;", `"`)
