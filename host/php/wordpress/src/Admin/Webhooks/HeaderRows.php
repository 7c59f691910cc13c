<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Admin\Webhooks;

/** A webhook's own headers: those that are stored, whose values nobody reads back, or a list in their place. */
final class HeaderRows
{
    /** Rows that are there without a script. */
    private const SPARE = 2;

    /**
     * @param list<string>                     $stored names
     * @param list<array{string, string}>|null $written null: those that are stored stay
     */
    public function __construct(private readonly array $stored, private readonly ?array $written)
    {
    }

    public function write(): void
    {
        $isKept = $this->stored !== [] && $this->written === null;
        echo '<fieldset class="hookwright-headers" data-headers><legend class="screen-reader-text">',
            esc_html__('Headers', 'hookwright'), '</legend>';
        if ($this->stored !== []) {
            $names = implode(', ', array_map(static fn (string $name) => '<code>' . esc_html($name) . '</code>', $this->stored));
            printf(
                '<p><label><input type="radio" name="headers" value="keep"%s> %s</label><br>'
                . '<label><input type="radio" name="headers" value="replace"%s> %s</label></p>',
                checked($isKept, true, false),
                /* translators: %s: names of headers */
                sprintf(esc_html__('Keep what is stored: %s', 'hookwright'), $names),
                checked($isKept, false, false),
                esc_html__('Put these in their place:', 'hookwright'),
            );
        }
        echo '<div data-rows>';
        $written = $this->written ?? [];
        foreach ([...$written, ...array_fill(0, $written === [] ? 1 : self::SPARE, ['', ''])] as [$name, $value]) {
            $this->writeRow($name, $value);
        }
        printf(
            '</div><p><button type="button" class="button button-small" data-add-header hidden>%s</button></p></fieldset>',
            esc_html__('Add a header', 'hookwright'),
        );
    }

    private function writeRow(string $name, string $value): void
    {
        printf(
            '<div class="hookwright-header-row" data-row><input type="text" name="header_names[]" value="%s" placeholder="%s" '
            . 'aria-label="%s" class="code" dir="ltr" spellcheck="false" autocomplete="off"> '
            . '<input type="text" name="header_values[]" value="%s" placeholder="%s" aria-label="%s" class="code" dir="ltr" '
            . 'spellcheck="false" autocomplete="off"></div>',
            esc_attr($name),
            esc_attr__('Name', 'hookwright'),
            esc_attr__('Name of a header', 'hookwright'),
            esc_attr($value),
            esc_attr__('Value', 'hookwright'),
            esc_attr__('Its value', 'hookwright'),
        );
    }
}
