<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Admin;

/** Pieces of HTML that several screens have, in wp-admin's own classes. Every method escapes the texts that it takes. */
final class Markup
{
    /** Tags of a notice's text. */
    private const IN_NOTICE = ['a' => ['href' => []], 'code' => [], 'strong' => [], 'em' => [], 'br' => []];

    /** Writes a notice; `$text` may hold links, `<code>` and `<strong>`. */
    public static function notice(string $kind, string $text, bool $canBeDismissed = true): void
    {
        printf(
            '<div class="notice notice-%s%s" role="%s"><p>%s</p></div>',
            esc_attr($kind),
            $canBeDismissed ? ' is-dismissible' : '',
            $kind === 'error' ? 'alert' : 'status',
            wp_kses($text, self::IN_NOTICE),
        );
    }

    /** A word on a coloured ground: `good`, `bad`, `busy`, `off`. */
    public static function badge(string $tone, string $text): string
    {
        return sprintf('<span class="hookwright-badge is-%s">%s</span>', esc_attr($tone), esc_html($text));
    }

    /** Text in which names stand between backticks. */
    public static function prose(string $text): string
    {
        return (string) preg_replace('/`([^`]+)`/', '<code>$1</code>', esc_html($text));
    }

    /** A small text below, of others. */
    public static function below(?string $text): string
    {
        return $text === null || $text === '' ? '' : '<span class="hookwright-quiet hookwright-why">' . esc_html($text) . '</span>';
    }

    public static function link(string $address, string $text, string $class = ''): string
    {
        return sprintf(
            '<a href="%s"%s>%s</a>',
            esc_url($address),
            $class === '' ? '' : ' class="' . esc_attr($class) . '"',
            esc_html($text),
        );
    }

    /** Text of others in a box of its own, with a button that copies it. */
    public static function code(string $text, string $label): string
    {
        $id = wp_unique_id('hookwright-code-');

        return sprintf(
            '<div class="hookwright-code"><button type="button" class="button button-small" data-copy="%1$s">%2$s</button>'
            . '<pre id="%1$s" tabindex="0" role="region" aria-label="%3$s" dir="ltr">%4$s</pre></div>',
            esc_attr($id),
            esc_html__('Copy', 'hookwright'),
            esc_attr($label),
            esc_html($text),
        );
    }

    /** A body for people: JSON in lines of its own, other text as it is, and of the rest only its size. */
    public static function pretty(string $body): string
    {
        return JsonText::inLines(self::readable($body));
    }

    /** Text of bytes that may be anything: what is no UTF-8 is said, not shown. */
    public static function readable(string $bytes): string
    {
        if (preg_match('//u', $bytes) === 1 && !str_contains($bytes, "\0")) {
            return $bytes;
        }

        /* translators: %s: a size, as "12 KB" */
        return sprintf(__('(%s that are no text)', 'hookwright'), (string) size_format(strlen($bytes)));
    }

    /**
     * Headers of a request or an answer, one in a line.
     *
     * @param list<array{string, string}> $headers
     */
    public static function headers(array $headers, string $label): string
    {
        $lines = array_map(static fn (array $header) => "{$header[0]}: {$header[1]}", $headers);

        return self::code($lines === [] ? __('(none)', 'hookwright') : self::readable(implode("\n", $lines)), $label);
    }

    /**
     * Writes the options of a `<select>`.
     *
     * @param array<string|int, string> $options text by value
     */
    public static function options(array $options, string $chosen): void
    {
        foreach ($options as $value => $text) {
            printf(
                '<option value="%s"%s>%s</option>',
                esc_attr((string) $value),
                selected((string) $value, $chosen, false),
                esc_html($text),
            );
        }
    }

    /** Writes the beginning of a postbox, as the screens of posts have it; `closeBox` ends it. */
    public static function openBox(string $title, string $id = ''): void
    {
        printf(
            '<div class="postbox hookwright-box"%s><div class="postbox-header"><h2>%s</h2></div><div class="inside">',
            $id === '' ? '' : ' id="' . esc_attr($id) . '"',
            esc_html($title),
        );
    }

    public static function closeBox(): void
    {
        echo '</div></div>';
    }

    /** A form of one button that changes something: hidden fields, nonce, button. */
    public static function button(string $address, string $nonce, string $text, string $class = '', string $confirm = ''): string
    {
        return sprintf(
            '<form method="post" action="%s" class="hookwright-inline"%s>%s<button class="button %s">%s</button></form>',
            esc_url($address),
            $confirm === '' ? '' : ' data-confirm="' . esc_attr($confirm) . '"',
            wp_nonce_field($nonce, '_wpnonce', true, false),
            esc_attr($class),
            esc_html($text),
        );
    }
}
