/* global document */
document.addEventListener('securitypolicyviolation', (event) => {
  document.documentElement.dataset.violations = `${document.documentElement.dataset.violations ?? ''}${event.effectiveDirective} `;
});
document.addEventListener('DOMContentLoaded', () => {
  document.documentElement.dataset.script = 'ran';
  const target = document.querySelector('#drop');
  target.addEventListener('dragover', (event) => event.preventDefault());
  target.addEventListener('drop', (event) => {
    event.preventDefault();
    globalThis.dropped = globalThis.fixture.pathOf(event.dataTransfer.files[0]);
  });
});
