"use strict";
const find = (id) => document.getElementById(id);
const make = (name, text, parent) => {
  const element = document.createElement(name);
  if (text !== null) element.textContent = text;
  parent.append(element);
  return element;
};
let models = [];
let pictures = [];
let round = 0;

const say = (text, failed) => {
  find("status").textContent = text;
  find("status").className = failed ? "failed" : "";
};

const call = async (path, options = {}) => {
  const token = find("token").value;
  if (token) options.headers = { ...options.headers, Authorization: "Bearer " + token };
  const response = await fetch(path, { ...options, credentials: "omit" });
  if (response.ok) return response;
  if (response.status === 401) find("token-label").hidden = false;
  let reason = "the server answered " + response.status;
  try { reason = (await response.json()).error.message; } catch { }
  throw new Error(reason);
};

const loadModels = async () => {
  models = (await (await call("/v1/models")).json()).data;
  find("model").replaceChildren();
  for (const model of models) make("option", model.id, find("model"));
};

const encoded = (blob) => new Promise((resolve, reject) => {
  const reader = new FileReader();
  reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
  reader.onerror = () => reject(new Error("the file cannot be read"));
  reader.readAsDataURL(blob);
});

const ask = async (name, image, params) => {
  const response = await call("/v1/models/" + encodeURIComponent(name) + "/score", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      input_data: { columns: ["image"], index: [0], data: [[image]] }, params,
    }),
  });
  return (await response.json())[0];
};

const show = (blob) => {
  const picture = find("picture");
  for (const url of pictures) URL.revokeObjectURL(url);
  pictures = [URL.createObjectURL(blob)];
  picture.hidden = true;
  picture.onload = () => { picture.hidden = false; };
  picture.src = pictures[0];
};

const showClasses = (predictions) => {
  const percent = (score) => (100 * score).toFixed(1) + " %";
  find("top").hidden = predictions.length === 0;
  find("classes").replaceChildren();
  if (predictions.length === 0) return;
  find("top").textContent = predictions[0].label;
  for (const prediction of predictions.slice(0, 8)) {
    const item = make("li", null, find("classes"));
    const name = make("div", null, item);
    name.className = "name";
    make("span", prediction.label, name);
    make("span", percent(prediction.score), name);
    const bar = make("progress", null, item);
    bar.max = 1;
    bar.value = prediction.score;
    bar.setAttribute("aria-label", prediction.label);
  }
};

const showNeighbors = async (neighbors, mine) => {
  find("near").hidden = neighbors.length === 0;
  find("neighbors").replaceChildren();
  for (const neighbor of neighbors) {
    const item = make("li", null, find("neighbors"));
    if (neighbor.image) {
      const blob = await (await call(neighbor.image)).blob();
      if (mine !== round) return;
      const url = URL.createObjectURL(blob);
      pictures.push(url);
      const image = make("img", null, item);
      image.alt = neighbor.key;
      image.src = url;
    }
    make("b", neighbor.class_name || neighbor.key, item);
    make("span", "similarity " + neighbor.similarity.toFixed(3), item);
  }
};

const classify = async (blob) => {
  const mine = ++round;
  try {
    if (models.length === 0) await loadModels();
    const model = models.find((one) => one.id === find("model").value) || models[0];
    show(blob);
    say("Working …", false);
    const start = performance.now();
    const params = { response: "rows", get_scaling_factor: false };
    if (model.examples > 0) params.neighbors = Math.min(model.examples, 6);
    const answer = await ask(model.id, await encoded(blob), params);
    if (mine !== round) return;
    const time = Math.round(performance.now() - start);
    say(model.id + ", " + time + " ms", false);
    showClasses(answer.predictions || []);
    await showNeighbors(answer.neighbors || [], mine);
    document.body.dataset.done = "yes";
  } catch (error) {
    if (mine !== round) return;
    showClasses([]);
    find("near").hidden = true;
    say(error.message, true);
    document.body.dataset.done = "failed";
  }
};

const take = (files) => { if (files.length > 0) classify(files[0]); };
const drop = find("drop");
find("file").addEventListener("change", (event) => take(event.target.files));
find("token").addEventListener("change", () => loadModels().catch(
  (error) => say(error.message, true)));
drop.addEventListener("dragover", (event) => {
  event.preventDefault();
  drop.classList.add("over");
});
drop.addEventListener("dragleave", () => drop.classList.remove("over"));
drop.addEventListener("drop", (event) => {
  event.preventDefault();
  drop.classList.remove("over");
  take(event.dataTransfer.files);
});
document.addEventListener("paste", (event) => take(event.clipboardData.files));

loadModels().then(async () => {
  const example = new URLSearchParams(location.search).get("example");
  if (example === null) return;
  const path = "/v1/examples/" + encodeURIComponent(example);
  await classify(await (await call(path)).blob());
}).catch((error) => say(error.message, true));
