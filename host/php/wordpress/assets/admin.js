// What makes the screens of Hookwright handier. Without it everything works all the same.
(function () {
	'use strict';

	var told = window.hookwrightAdmin || { words: {} };
	var words = told.words;

	function each(selector, work, within) {
		Array.prototype.forEach.call((within || document).querySelectorAll(selector), work);
	}

	function make(name, className, text) {
		var made = document.createElement(name);
		made.className = className || '';
		made.textContent = text || '';
		return made;
	}

	// Copying.
	function copied(button) {
		button.textContent = words.copied;
		if (window.wp && window.wp.a11y) {
			window.wp.a11y.speak(words.copied);
		}
		window.setTimeout(function () { button.textContent = words.copy; }, 2000);
	}

	function copyBySelection(source, button) {
		var range = document.createRange();
		range.selectNodeContents(source);
		var selection = window.getSelection();
		selection.removeAllRanges();
		selection.addRange(range);
		if (document.execCommand('copy')) {
			copied(button);
		}
	}

	document.addEventListener('click', function (event) {
		var button = event.target.closest('[data-copy]');
		if (!button) {
			return;
		}
		var source = document.getElementById(button.getAttribute('data-copy'));
		if (navigator.clipboard && window.isSecureContext) {
			navigator.clipboard.writeText(source.textContent).then(function () { copied(button); }, function () {
				copyBySelection(source, button);
			});
		} else {
			copyBySelection(source, button);
		}
	});

	// Asking before what cannot be undone.
	document.addEventListener('click', function (event) {
		var link = event.target.closest('a[data-confirm], button[data-confirm]');
		if (link && !window.confirm(link.getAttribute('data-confirm'))) {
			event.preventDefault();
		}
	});

	// What is written and not saved.
	var isDirty = false;

	document.addEventListener('submit', function (event) {
		var question = event.target.getAttribute('data-confirm');
		var bulk = event.target.querySelector('select[name="action"]');
		if (bulk && bulk.value === 'delete' && event.submitter && event.submitter.id.indexOf('doaction') === 0) {
			question = words.deleteMany;
		}
		if (question && !window.confirm(question)) {
			event.preventDefault();
			return;
		}
		isDirty = false;
		each('[data-busy]', function (button) {
			button.textContent = button.getAttribute('data-busy');
			button.setAttribute('aria-busy', 'true');
		}, event.target);
	});

	each('[data-guard]', function (form) {
		form.addEventListener('input', function (event) {
			isDirty = isDirty || event.target.name !== undefined && event.target.name !== '';
		});
	});

	window.addEventListener('beforeunload', function (event) {
		if (isDirty) {
			event.preventDefault();
			event.returnValue = words.leave;
		}
	});

	// After a refusal, the first field that is wrong.
	var wrong = document.querySelector('.hookwright [aria-invalid="true"]');
	if (wrong) {
		wrong.focus();
	}

	// A page that shows a secret came from a form: loading it again must not send the form again.
	each('.hookwright-secret[data-address]', function (panel) {
		window.history.replaceState(null, '', panel.getAttribute('data-address'));
	});

	each('[data-picker]', function (picker) {
		var boxes = Array.prototype.slice.call(picker.querySelectorAll('[data-topic] input'));
		var chosen = picker.querySelector('[data-chosen]');
		var search = picker.querySelector('[data-search]');
		var found = picker.querySelector('[data-found]');
		search.parentNode.hidden = false;

		function covers(pattern, name) {
			return pattern !== name && pattern.slice(-2) === '.*' && name.indexOf(pattern.slice(0, -1)) === 0;
		}

		function showChosen() {
			var names = boxes.filter(function (box) { return box.checked; }).map(function (box) { return box.value; });
			chosen.textContent = '';
			if (names.length === 0) {
				chosen.appendChild(make('span', 'hookwright-quiet', words.none));
			}
			names.forEach(function (name) {
				var chip = make('span', 'hookwright-chip');
				var label = make('bdi', '', name);
				label.dir = 'ltr';
				chip.appendChild(label);
				var remove = make('button', '', '×');
				remove.type = 'button';
				remove.setAttribute('aria-label', words.remove + ' ' + name);
				remove.addEventListener('click', function () {
					boxes.forEach(function (box) { box.checked = box.checked && box.value !== name; });
					isDirty = true;
					showChosen();
					search.focus();
				});
				chip.appendChild(remove);
				chosen.appendChild(chip);
			});
			boxes.forEach(function (box) {
				box.closest('li').classList.toggle('is-covered', names.some(function (name) { return covers(name, box.value); }));
			});
		}

		function narrow() {
			var parts = search.value.toLowerCase().split(/\s+/);
			var count = 0;
			each('[data-topic]', function (item) {
				var text = item.getAttribute('data-text');
				item.hidden = !parts.every(function (part) { return text.indexOf(part) >= 0; });
				count += item.hidden ? 0 : 1;
			}, picker);
			each('[data-group], [data-source]', function (part) {
				part.hidden = !part.querySelector('[data-topic]:not([hidden])');
				if (search.value !== '' && part.tagName === 'DETAILS') {
					part.open = true;
				}
			}, picker);
			found.textContent = search.value === '' ? '' : words.found.replace('%d', count);
		}

		function showWhich() {
			var all = picker.querySelector('input[name="which"][value="all"]').checked;
			picker.toggleAttribute('data-all', all);
		}

		picker.addEventListener('change', function () { showChosen(); showWhich(); });
		search.addEventListener('input', function (event) { event.stopPropagation(); narrow(); });
		search.addEventListener('keydown', function (event) {
			if (event.key === 'Enter') {
				// It would save the form.
				event.preventDefault();
			}
		});
		showChosen();
		showWhich();
	});

	each('[data-headers]', function (fieldset) {
		var rows = fieldset.querySelector('[data-rows]');
		var add = fieldset.querySelector('[data-add-header]');

		function showWhich() {
			var keep = fieldset.querySelector('input[value="keep"]');
			rows.toggleAttribute('data-kept', !!keep && keep.checked);
			add.hidden = !!keep && keep.checked;
		}

		add.addEventListener('click', function () {
			var row = rows.querySelector('[data-row]').cloneNode(true);
			each('input', function (input) { input.value = ''; }, row);
			rows.appendChild(row);
			row.querySelector('input').focus();
		});
		fieldset.addEventListener('change', showWhich);
		showWhich();
	});

	// The sample of the topic that a test is to send.
	each('[data-test]', function (form) {
		var choice = form.querySelector('[data-topic-choice]');
		var data = form.querySelector('[data-sample]');
		var given = data.value;

		function load() {
			if (data.value !== given) {
				return;
			}
			var address = told.ajax + '?action=hookwright_topic&_ajax_nonce=' + encodeURIComponent(told.nonce)
				+ '&topic=' + encodeURIComponent(choice.value);
			window.fetch(address, { credentials: 'same-origin' }).then(function (answer) {
				return answer.json();
			}).then(function (answer) {
				if (answer.success && data.value === given) {
					given = data.value = answer.data.sample;
					data.rows = Math.min(18, given.split('\n').length + 1);
				}
			}, function () {});
		}

		choice.addEventListener('change', load);
		if (given === '') {
			load();
		}
	});
}());
