// Lets a wallet in the browser fill in what one could also type: its address, or the signature of the text shown.
(() => {
  const place = document.querySelector("[data-wallet]");
  if (!place) return;
  const field = document.getElementById(place.dataset.walletField);
  const button = place.querySelector("[data-wallet-do]");
  const said = place.querySelector("[data-wallet-said]");
  const NO_WALLET_AFTER = 600;

  let wallet = null;

  const say = (what) => {
    const words = what && place.querySelector(`[data-wallet-words="${what}"]`);
    said.textContent = words ? words.content.textContent : "";
  };

  // A wallet puts itself on the window, or answers when it is asked who is there.
  const found = (one) => {
    if (wallet || !one) return;
    wallet = one;
    button.hidden = false;
    say(null);
  };
  window.addEventListener("eip6963:announceProvider", (event) => found(event.detail?.provider));
  window.addEventListener("ethereum#initialized", () => found(window.ethereum), { once: true });
  found(window.ethereum);
  window.dispatchEvent(new Event("eip6963:requestProvider"));
  setTimeout(() => wallet || say("none"), NO_WALLET_AFTER);

  const hex = (text) =>
    "0x" + [...new TextEncoder().encode(text)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

  const address = async () => {
    const [first] = await wallet.request({ method: "eth_requestAccounts" });
    return first;
  };

  const signature = async () => {
    const wanted = place.dataset.walletAccount;
    const accounts = await wallet.request({ method: "eth_requestAccounts" });
    if (!accounts.some((one) => one.toLowerCase() === wanted.toLowerCase())) return null;
    const text = document.querySelector("[data-wallet-text]").textContent;
    return wallet.request({ method: "personal_sign", params: [hex(text), wanted] });
  };

  // With nothing left to fill in, the form goes off by itself; a password still has to be typed.
  const goOn = () => {
    const empty = [...field.form.elements].find((one) => one.required && !one.value);
    if (empty) empty.focus();
    else field.form.requestSubmit();
  };

  button.addEventListener("click", async () => {
    button.disabled = true;
    say(null);
    try {
      const value = await (place.dataset.wallet === "address" ? address() : signature());
      if (value) {
        field.value = value;
        goOn();
      } else {
        say("other");
      }
    } catch {
      say("refused");
    } finally {
      button.disabled = false;
    }
  });
})();
