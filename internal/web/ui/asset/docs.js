// What the reference does better with a script: it remembers the language,
// copies samples, and sends a request from the form. A private key or a secret
// that is pasted signs in this tab and is neither stored nor sent; a private key
// is imported as one that cannot be read out again.
(() => {
  "use strict";

  // The chosen language holds on every page.
  const choose = (language) => {
    for (const input of document.querySelectorAll(".language input")) input.checked = input.value === language;
  };
  const remembered = () => {
    try {
      return localStorage.getItem("docs-language");
    } catch {
      return null; // storage is switched off
    }
  };
  if (document.querySelector(`.language input[value="${CSS.escape(remembered() || "")}"]`)) choose(remembered());
  document.addEventListener("change", (event) => {
    if (!event.target.matches(".language input")) return;
    choose(event.target.value);
    try {
      localStorage.setItem("docs-language", event.target.value);
    } catch {
      // Then it is forgotten on the next page.
    }
  });

  // A link of the contents on a phone closes them.
  const menu = document.querySelector(".docs-menu");
  if (menu) menu.addEventListener("click", (event) => event.target.closest("a") && (menu.open = false));

  if (navigator.clipboard) {
    for (const button of document.querySelectorAll(".copy")) {
      button.hidden = false;
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(button.parentElement.querySelector("code").textContent);
        button.textContent = "Copied";
        setTimeout(() => (button.textContent = "Copy"), 2000);
      });
    }
  }

  const form = document.getElementById("try-form");
  if (!form) return;
  const value = (id) => document.getElementById(id).value.trim();
  const credential = () => new FormData(form).get("credential");
  const arrange = () => {
    for (const part of form.querySelectorAll("[data-for]")) part.hidden = part.dataset.for !== credential();
  };
  document.getElementById("try-off").hidden = true;
  form.hidden = false;
  form.addEventListener("change", arrange);
  arrange();

  const base64 = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)));
  const sign = async (method, path, timestamp, body) => {
    if (!globalThis.crypto.subtle) throw new Error("Browsers sign on https and on localhost only. Use a sample instead.");
    const pem = value("try-key").replaceAll("\\n", "\n");
    if (!pem.includes("BEGIN PRIVATE KEY")) throw new Error("Paste the private key in PEM: it begins with -----BEGIN PRIVATE KEY-----.");
    const text = new TextEncoder();
    let key;
    try {
      const der = Uint8Array.from(atob(pem.replace(/-----[^-]+-----|\s/g, "")), (c) => c.charCodeAt(0));
      key = await crypto.subtle.importKey("pkcs8", der, { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }, false, ["sign"]);
    } catch {
      throw new Error("The private key cannot be read.");
    }
    const hash = base64(await crypto.subtle.digest("SHA-256", text.encode(body)));
    const canonical = [method, path, timestamp, hash].join("\n");
    return base64(await crypto.subtle.sign("RSASSA-PKCS1-v1_5", key, text.encode(canonical)));
  };
  // MD5, which browsers do not have: Waypay's signatures are made with it.
  const md5 = (message) => {
    const bytes = [...new TextEncoder().encode(message)];
    const bits = bytes.length * 8;
    bytes.push(0x80);
    while (bytes.length % 64 !== 56) bytes.push(0);
    for (let i = 0; i < 8; i++) bytes.push(Math.floor(bits / 2 ** (8 * i)) & 0xff);
    const shifts = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];
    const state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
    const view = new DataView(Uint8Array.from(bytes).buffer);
    for (let block = 0; block < bytes.length; block += 64) {
      let [a, b, c, d] = state;
      for (let i = 0; i < 64; i++) {
        const round = i >> 4;
        const mixed = [(b & c) | (~b & d), (d & b) | (~d & c), b ^ c ^ d, c ^ (b | ~d)][round];
        const word = [i, 5 * i + 1, 3 * i + 5, 7 * i][round] % 16;
        const sum = (a + mixed + Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32) + view.getUint32(block + 4 * word, true)) | 0;
        const shift = shifts[4 * round + (i % 4)];
        [a, d, c, b] = [d, c, b, (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0];
      }
      [a, b, c, d].forEach((part, i) => (state[i] = (state[i] + part) | 0));
    }
    const hex = (word) => [0, 8, 16, 24].map((shift) => ((word >>> shift) & 0xff).toString(16).padStart(2, "0")).join("");
    return state.map(hex).join("");
  };
  // The body with the signature of its members: sorted by name, in lower case,
  // the secret key behind them; of objects orderRef alone takes part.
  const signMembers = (body) => {
    const secret = value("try-secret");
    if (!secret) throw new Error("Paste the secret key: it begins with mer_sk_.");
    let members;
    try {
      members = JSON.parse(body);
    } catch {
      throw new Error("The body is no JSON, so it cannot be signed.");
    }
    const pairs = [];
    for (const [name, member] of Object.entries(members)) {
      const key = name.toLowerCase();
      if (key === "signature" || member === null || member === "") continue;
      if (typeof member !== "object") pairs.push([key, String(member)]);
      else if (key === "orderref") pairs.push([key, JSON.stringify(member)]);
    }
    pairs.sort(([a], [b]) => (a < b ? -1 : 1));
    const base = pairs.map(([key, text]) => `${key}=${text}`).join("&");
    return JSON.stringify({ ...members, signature: md5(base + secret) });
  };

  // What the credential adds: headers, and a signature in them or in the body.
  const prepare = async (method, path, body) => {
    const part = form.querySelector(`[data-for="${credential()}"]`);
    const headers = body === undefined ? {} : { "Content-Type": "application/json" };
    for (const { dataset, value: fixed } of part.querySelectorAll("[data-header]")) {
      headers[dataset.header] = dataset.prefix + (dataset.input ? value(dataset.input) : fixed);
    }
    if (part.dataset.signing === "md5") body = signMembers(body);
    if (part.dataset.signing === "rsa") {
      headers["X-Timestamp"] = String(Math.floor(Date.now() / 1000));
      headers["X-Signature"] = await sign(method, path, headers["X-Timestamp"], body);
    }
    return { method, headers, body, credentials: "omit" };
  };
  // The path with what was typed for its parameters, and the query.
  const address = () => {
    const typed = (prefix) =>
      [...form.querySelectorAll(`[id^="${prefix}"]:is(input)`)].map((input) => [input.id.slice(prefix.length), input.value.trim()]);
    let path = form.dataset.path;
    for (const [name, text] of typed("try-path-")) {
      if (!text) throw new Error(`The path needs ${name}.`);
      path = path.replace(`{${name}}`, encodeURIComponent(text));
    }
    const query = new URLSearchParams(typed("try-query-").filter(([, text]) => text)).toString();
    return query ? `${path}?${query}` : path;
  };

  const answer = document.getElementById("try-answer");
  const show = (good, status, body) => {
    const line = answer.querySelector(".try-status");
    line.textContent = status;
    line.className = "try-status " + (good ? "try-good" : "try-bad");
    answer.querySelector(".code").hidden = body === undefined;
    answer.querySelector("code").textContent = body ?? "";
    answer.hidden = false;
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const typed = document.getElementById("try-body");
    try {
      const path = address();
      const response = await fetch(path, await prepare(form.dataset.method, path, typed ? typed.value : undefined));
      const status = `${response.status} ${response.statusText}`;
      const type = response.headers.get("Content-Type") || "";
      if (type.startsWith("image/")) {
        show(response.ok, status, `${type}, ${(await response.arrayBuffer()).byteLength} bytes`);
        return;
      }
      const text = await response.text();
      let pretty = text;
      try {
        pretty = JSON.stringify(JSON.parse(text), null, 2);
      } catch {
        // Shown as it came.
      }
      show(response.ok, status, pretty);
    } catch (failure) {
      show(false, failure.message);
    }
  });
})();
