/* The quick entry of a visit on a phone: smaller photographs, where one is, and nothing lost without a connection.
   The form works without any of it. */
"use strict";

(() => {
  const form = document.querySelector("form[data-entry]");
  if (!form) return;

  // A name that is tapped goes before words that were typed, and typed words before a tap.
  form.addEventListener("change", (event) => {
    if (event.target.matches("input[name=key]")) form.elements.whom.value = "";
    if (event.target.matches("input[name=purpose_tap]")) form.elements.purpose.value = "";
  });
  form.addEventListener("input", (event) => {
    if (event.target.name === "purpose" && event.target.value) {
      for (const tap of form.querySelectorAll("input[name=purpose_tap]")) tap.checked = false;
    }
  });

  // A photograph of today's phones is ten times larger than anybody needs; several are taken one after the other.
  const LONGEST = 1600;
  const camera = form.querySelector("input[type=file]");
  const list = form.querySelector("[data-photos]");
  let kept = new DataTransfer();
  let shrinking = Promise.resolve();
  const smaller = async (file) => {
    if (!file.type.startsWith("image/") || typeof createImageBitmap !== "function") return file;
    try {
      const picture = await createImageBitmap(file);
      const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
      if (scale === 1 && file.size < 1_000_000) return file;
      const canvas = document.createElement("canvas");
      canvas.width = Math.round(picture.width * scale);
      canvas.height = Math.round(picture.height * scale);
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
      if (!blob || blob.size >= file.size) return file;
      return new File([blob], `${file.name.replace(/\.[^.]*$/, "")}.jpg`, { type: "image/jpeg" });
    } catch {
      return file;
    }
  };
  camera.addEventListener("change", () => {
    const taken = [...camera.files];
    shrinking = shrinking.then(async () => {
      for (const file of taken) {
        const one = await smaller(file);
        kept.items.add(one);
        const item = document.createElement("li");
        item.textContent = `${one.name} · ${Math.ceil(one.size / 1024)} KB`;
        list.append(item);
      }
      camera.files = kept.files;
    });
  });

  // Where one is: asked of the phone only after a tap, in millionths of a degree.
  const place = form.querySelector("[data-position]");
  if (place && "geolocation" in navigator) {
    const words = place.querySelector("span");
    place.hidden = false;
    place.addEventListener("click", () => {
      words.textContent = place.dataset.asked;
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
          form.elements.latitude_millionths.value = Math.round(coords.latitude * 1e6);
          form.elements.longitude_millionths.value = Math.round(coords.longitude * 1e6);
          form.elements.accuracy_m.value = Math.min(Math.round(coords.accuracy), 1_000_000);
          words.textContent = `${coords.latitude.toFixed(4)}, ${coords.longitude.toFixed(4)}`;
        },
        () => { words.textContent = place.dataset.refused; },
        { enableHighAccuracy: true, timeout: 10_000, maximumAge: 60_000 },
      );
    });
  }

  // Before the form leaves the page, a knock at the door: without an answer everything stays here.
  const send = form.querySelector("[data-send]");
  const said = form.querySelector("[data-said]");
  const label = send.textContent;
  const rest = () => { send.disabled = false; send.textContent = label; };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (send.disabled) return;
    send.disabled = true;
    send.textContent = form.dataset.sending;
    await shrinking;
    try {
      await fetch(form.dataset.ping, { cache: "no-store", signal: AbortSignal.timeout(15_000) });
    } catch {
      said.textContent = form.dataset.lost;
      said.hidden = false;
      said.scrollIntoView({ block: "center" });
      rest();
      return;
    }
    said.hidden = true;
    form.submit();
  });
  window.addEventListener("pageshow", rest);
})();
