/* An account's curve: a step a day, the month's accumulated balance as the area under it, the average as a line. */
"use strict";

(() => {
  const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const minus = "\u2212";
  const figure = (fen) => {
    const whole = Math.trunc(Math.abs(fen) / 100).toString().replace(/\B(?=(\d{3})+$)/g, ",");
    return `${fen < 0 ? minus : ""}${whole}.${String(Math.abs(fen) % 100).padStart(2, "0")}`;
  };
  const shortFigure = (fen) => {
    const yuan = fen / 100;
    const chinese = document.documentElement.lang.startsWith("zh");
    const text = chinese && Math.abs(yuan) >= 10000 ? `${+(yuan / 10000).toFixed(2)} 万`
      : yuan.toLocaleString("en-US", { maximumFractionDigits: 0 });
    return text.replace("-", minus);
  };

  // Days are counted, not timed: no time zone can move a step.
  const draw = (place, data) => {
    const size = () => ({ width: place.clientWidth, height: window.innerWidth < 768 ? 220 : 280 });
    const count = data.days.length;
    const xs = Array.from({ length: count + 1 }, (_, index) => index);
    // The last balance holds to the end of its day.
    const balances = [...data.balances, data.balances[count - 1] ?? null];
    const within = (index) => index >= data.from && index <= data.to + 1;
    const area = balances.map((value, index) => (within(index) ? value : null));
    // One average of all, or one a step.
    const means = Array.isArray(data.average) ? [...data.average, data.average[count - 1] ?? null] : null;
    const average = xs.map((index) => (means ? means[index] : data.average !== null && within(index) ? data.average : null));
    const dayAt = (index) => data.days[Math.min(Math.max(Math.round(index), 0), count - 1)] ?? "";
    const stepped = uPlot.paths.stepped({ align: 1 });
    // As long as nobody points at a day the legend reads the last one.
    const readLast = (self) => { if (count) self.setLegend({ idx: count - 1 }, false); };
    const words = place.dataset;
    const axis = { stroke: token("--text-quiet"), grid: { stroke: token("--chart-grid"), width: 1 }, ticks: { show: false }, font: "12px system-ui, sans-serif" };
    const value = (_, raw) => (raw === null || raw === undefined ? "—" : `${figure(raw)} ${words.unit}`);
    const chart = new uPlot({
      ...size(),
      padding: [10, 12, 0, 0],
      cursor: { y: false, points: { size: 6 } },
      scales: { x: { time: false, range: [0, count] }, y: { range: (_, low, high) => {
        const least = Math.min(low ?? 0, 0);
        const most = Math.max(high ?? 0, 0);
        return [least < 0 ? least * 1.08 : 0, most > 0 ? most * 1.08 : 100];
      } } },
      axes: [
        { ...axis, size: 30, splits: () => xs.filter((index) => means ? index < count && (place.clientWidth >= 600 || index % 3 === 2) : (place.clientWidth < 600 ? /-(01|16)$/ : /-(01|11|21)$/).test(data.days[index] ?? "")),
          values: (_, splits) => splits.map((index) => (data.days[index] ?? "").slice(means ? 2 : 5)) },
        { ...axis, size: 84, values: (_, splits) => splits.map(shortFigure) },
      ],
      series: [
        { label: words.day, value: (_, index) => (index === null ? "—" : dayAt(index)) },
        { label: words.area, paths: stepped, fill: token("--chart-area"), stroke: "transparent", width: 0, points: { show: false }, value },
        { label: words.balance, paths: stepped, stroke: token("--chart-line"), width: 1.75, points: { show: false }, value },
        { label: words.average, paths: means ? stepped : undefined, stroke: token("--chart-average"), width: 1.25, dash: [5, 4], points: { show: false }, value },
      ],
      legend: { live: true },
      hooks: { setCursor: [(self) => { if (self.cursor.idx === null || self.cursor.idx === undefined) readLast(self); }] },
    }, [xs, area, balances, average], place);
    chart.root.querySelectorAll(".u-legend .u-series")[1]?.setAttribute("hidden", "");
    new ResizeObserver(() => {
      chart.setSize(size());
      readLast(chart);
    }).observe(place);
  };

  const load = async (place) => {
    const answer = await fetch(place.dataset.curve, { headers: { Accept: "application/json" } });
    if (answer.ok) draw(place, await answer.json());
    else place.hidden = true;
  };
  const drawAll = (part) => {
    for (const place of part.querySelectorAll("[data-curve]")) {
      if (place.dataset.drawn) continue;
      place.dataset.drawn = "yes";
      load(place);
    }
  };
  drawAll(document);
  // A part of the page that comes later.
  document.addEventListener("htmx:afterSettle", () => drawAll(document));
})();
