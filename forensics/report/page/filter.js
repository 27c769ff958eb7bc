// Hides rows of this page that do not fit the choice. Without JavaScript the form stays hidden and every row is shown.
(function () {
  "use strict";
  var form = document.getElementById("filter");
  if (!form) return;
  var rows = Array.prototype.slice.call(document.querySelectorAll("tr.file"));
  var said = form.querySelector("output");
  function fits(row, text, level, question, answer, contradicts) {
    if (contradicts && !row.hasAttribute("data-contradicts")) return false;
    if (level && row.getAttribute("data-level") !== level) return false;
    if (answer) {
      var answers = row.getAttribute("data-answers").split(" ");
      if (question !== "" ? answers[+question] !== answer : answers.indexOf(answer) < 0) return false;
    }
    return !text || row.cells[1].textContent.toLowerCase().indexOf(text) >= 0;
  }
  function apply() {
    var e = form.elements, shown = 0;
    var text = e.text.value.trim().toLowerCase();
    rows.forEach(function (row) {
      row.hidden = !fits(row, text, e.level.value, e.question.value, e.answer.value, e.contradicts.checked);
      if (!row.hidden) shown++;
    });
    said.textContent = shown + " of the " + rows.length + " files on this page";
  }
  form.addEventListener("input", apply);
  form.addEventListener("submit", function (e) { e.preventDefault(); });
  form.hidden = false;
  apply();
})();
