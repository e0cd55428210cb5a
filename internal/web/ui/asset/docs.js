// What the reference does better with a script: it remembers the language,
// copies samples, and sends a request from the form. A private key that is
// pasted is imported as a key that cannot be read out again, signs in this tab
// and is neither stored nor sent.
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
  const headersFor = async (method, path, body) => {
    const headers = { "Content-Type": "application/json" };
    switch (credential()) {
      case "key":
        headers["X-Merchant-Id"] = value("try-merchant");
        headers["X-Timestamp"] = String(Math.floor(Date.now() / 1000));
        headers["X-Signature"] = await sign(method, path, headers["X-Timestamp"], body);
        break;
      case "token":
        headers.Authorization = "Bearer " + value("try-token");
        headers["X-Environment"] = "test";
        break;
      default:
        headers["X-Store-Slug"] = value("try-slug");
        headers["X-Environment"] = "test";
    }
    return headers;
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
    const { method, path } = form.dataset;
    const body = document.getElementById("try-body").value;
    try {
      const response = await fetch(path, { method, headers: await headersFor(method, path, body), body, credentials: "omit" });
      const text = await response.text();
      let pretty = text;
      try {
        pretty = JSON.stringify(JSON.parse(text), null, 2);
      } catch {
        // Shown as it came.
      }
      show(response.ok, `${response.status} ${response.statusText}`, pretty);
    } catch (failure) {
      show(false, failure.message);
    }
  });
})();
