<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Admin;

use Hookwright\Exception\InvalidInput;

/** Rows of a form, as WordPress's settings have them, each with what the component says against it. */
final class Fields
{
    /** @var array<string, list<string>> what is wrong, by field */
    private array $problems = [];


    /**
     * @param array<string, list<string>> $problems by field
     * @param list<string>                $topics   as they were sent, to name the one that is wrong
     */
    public static function with(array $problems, ?InvalidInput $refusal = null, array $topics = []): self
    {
        $fields = new self();
        $fields->problems = $problems;
        foreach ($refusal?->fields ?? [] as $problem) {
            $place = preg_match('/^topics\[(\d+)\]/', $problem->field, $found) === 1 ? ($topics[(int) $found[1]] ?? null) : null;
            $message = $problem->message;
            if ($place !== null && !str_contains($message, $place)) {
                $message = "{$place}: {$message}";
            }
            $fields->problems[(string) preg_replace('/^options\.|\[.*$/', '', $problem->field)][] = $message;
        }

        return $fields;
    }

    public function isWrong(string ...$fields): bool
    {
        return array_intersect_key($this->problems, array_flip($fields)) !== [];
    }

    /** Begins a row; `$for` is the id of its control, null where it has several. */
    public function open(string $field, string $label, ?string $for): void
    {
        printf(
            '<tr class="%s"><th scope="row">%s</th><td>',
            $this->isWrong($field) ? 'form-invalid' : '',
            $for === null ? esc_html($label) : sprintf('<label for="%s">%s</label>', esc_attr($for), esc_html($label)),
        );
    }

    /** Ends a row: the problems of its field, then a hint that may hold `<code>`. */
    public function close(string $field, string $hint = ''): void
    {
        $this->problemsOf($field);
        if ($hint !== '') {
            printf(
                '<p class="description" id="%s-hint">%s</p>',
                esc_attr("hookwright-{$field}"),
                wp_kses($hint, ['code' => [], 'strong' => [], 'em' => [], 'a' => ['href' => []]]),
            );
        }
        echo '</td></tr>';
    }

    /** Writes what is wrong with a field. */
    public function problemsOf(string $field): void
    {
        if (isset($this->problems[$field])) {
            printf(
                '<p class="hookwright-problem" id="%s-problem">%s</p>',
                esc_attr("hookwright-{$field}"),
                implode('<br>', array_map(
                    static fn (string $problem) => Markup::prose(ucfirst($problem)),
                    $this->problems[$field],
                )),
            );
        }
    }

    /**
     * A row with one control of text.
     *
     * @param array<string, string> $attributes of the control
     */
    public function text(
        string $field,
        string $label,
        string $name,
        string $value,
        string $hint = '',
        array $attributes = [],
    ): void {
        $attributes = ['name' => $name, 'value' => $value] + $attributes + ['type' => 'text', 'class' => 'regular-text'];
        $this->control($field, $label, '<input%s>', $attributes, $hint);
    }

    /** @param array<string, string> $attributes of the control */
    public function longText(
        string $field,
        string $label,
        string $name,
        string $value,
        string $hint = '',
        array $attributes = [],
    ): void {
        $attributes = ['name' => $name] + $attributes + ['rows' => '3', 'class' => 'large-text'];
        $control = '<textarea%s>' . str_replace('%', '%%', esc_textarea($value)) . '</textarea>';
        $this->control($field, $label, $control, $attributes, $hint);
    }

    /** @param array<string|int, string> $options text by value */
    public function choice(string $field, string $label, string $name, array $options, string $chosen, string $hint = ''): void
    {
        $id = "hookwright-{$field}";
        $this->open($field, $label, $id);
        printf('<select id="%s" name="%s"%s>', esc_attr($id), esc_attr($name), self::attributes($this->described($field, $hint)));
        Markup::options($options, $chosen);
        echo '</select>';
        $this->close($field, $hint);
    }

    /** Writes the notice above the form: how many fields are wrong, and problems of fields that the form has not. */
    public function notice(string ...$known): void
    {
        if ($this->problems === []) {
            return;
        }
        $others = array_diff_key($this->problems, array_flip($known));
        $lines = [esc_html__('Nothing is saved yet. See what is marked below.', 'hookwright')];
        foreach ($others as $field => $messages) {
            $lines[] = '<code>' . esc_html($field) . '</code> ' . esc_html(implode('; ', $messages));
        }
        Markup::notice('error', implode('<br>', $lines), false);
    }

    /**
     * @param string                $control with a `%s` for its attributes
     * @param array<string, string> $attributes
     */
    private function control(string $field, string $label, string $control, array $attributes, string $hint): void
    {
        $id = "hookwright-{$field}";
        $this->open($field, $label, $id);
        printf($control, self::attributes(['id' => $id] + $attributes + $this->described($field, $hint)));
        $this->close($field, $hint);
    }

    /** @return array<string, string> */
    private function described(string $field, string $hint): array
    {
        $ids = array_filter([
            $this->isWrong($field) ? "hookwright-{$field}-problem" : '',
            $hint === '' ? '' : "hookwright-{$field}-hint",
        ]);

        return ($ids === [] ? [] : ['aria-describedby' => implode(' ', $ids)])
            + ($this->isWrong($field) ? ['aria-invalid' => 'true'] : []);
    }

    /** @param array<string, string> $attributes */
    private static function attributes(array $attributes): string
    {
        $text = '';
        foreach ($attributes as $name => $value) {
            $text .= sprintf(' %s="%s"', esc_attr($name), esc_attr($value));
        }

        return $text;
    }
}
