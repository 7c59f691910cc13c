<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Admin\Deliveries;

use Hookwright\Deliveries\Attempt;
use Hookwright\Deliveries\Response;
use Hookwright\WordPress\Admin\Markup;
use Hookwright\WordPress\Admin\Moment;

/** One attempt: what came of it, what was sent, what came back. All of it may be an enemy's text. */
final class AttemptBox
{
    public function __construct(private readonly Attempt $attempt, private readonly string $body)
    {
    }

    /** A row of the attempts' list that opens. */
    public function writeRow(bool $isOpen): void
    {
        $advice = Advice::on($this->attempt);
        printf(
            '<details class="postbox hookwright-box hookwright-attempt"%s><summary><strong>%s</strong> %s %s '
            . '<span class="hookwright-quiet">%s, %s</span></summary><div class="inside">',
            $isOpen ? ' open' : '',
            /* translators: %s: the number of an attempt */
            esc_html(sprintf(__('Attempt %s', 'hookwright'), number_format_i18n($this->attempt->number))),
            Markup::badge($advice->isGood ? 'good' : 'bad', self::result($this->attempt)),
            esc_html($advice->what),
            Moment::show($this->attempt->startedAt),
            esc_html(Moment::duration($this->attempt->duration)),
        );
        $this->writeExchange($advice);
        echo '</div></details>';
    }

    /** The result of a test: what matters stands in front, large. */
    public function writeResult(): void
    {
        $advice = Advice::on($this->attempt);
        printf(
            '<div class="notice inline notice-%s hookwright-result" role="status"><h2>%s %s</h2><p>%s · %s</p>%s</div>',
            $advice->isGood ? 'success' : 'error',
            Markup::badge($advice->isGood ? 'good' : 'bad', self::result($this->attempt)),
            esc_html($advice->what),
            Moment::show($this->attempt->startedAt),
            /* translators: %s: a length of time, as "120 ms" */
            esc_html(sprintf(__('took %s', 'hookwright'), Moment::duration($this->attempt->duration))),
            $advice->next === ''
                ? ''
                : '<p><strong>' . esc_html__('What to do:', 'hookwright') . '</strong> ' . esc_html($advice->next) . '</p>',
        );
        Markup::openBox(__('Request and answer', 'hookwright'));
        $this->writeExchange(null);
        Markup::closeBox();
    }

    private function writeExchange(?Advice $advice): void
    {
        $attempt = $this->attempt;
        if ($advice !== null && $advice->next !== '') {
            echo '<p>', esc_html($advice->next), '</p>';
        }
        echo '<div class="hookwright-exchange"><div><h3>', esc_html__('Request', 'hookwright'), '</h3>';
        printf('<p><code dir="ltr">POST %s</code></p>', esc_html($attempt->url));
        echo Markup::headers($attempt->requestHeaders, __('Headers of the request', 'hookwright'));
        echo '<h4>', esc_html__('Body', 'hookwright'), '</h4>', Markup::code(Markup::pretty($this->body), __('Body of the request', 'hookwright'));
        echo '</div><div><h3>', esc_html__('Answer', 'hookwright'), '</h3>';
        $outcome = $attempt->outcome;
        if ($outcome?->case === 'response') {
            $this->writeAnswer($outcome->value);
        } else {
            echo '<p>', esc_html__('There was none.', 'hookwright'), '</p>';
            if ($outcome?->case === 'failure') {
                echo Markup::code(Markup::readable($outcome->value->message), __('What the HTTP client says', 'hookwright'));
            }
        }
        if ($attempt->reason !== null) {
            echo '<p class="hookwright-quiet">', esc_html($attempt->reason), '</p>';
        }
        echo '</div></div>';
    }

    private function writeAnswer(Response $response): void
    {
        printf('<p><code dir="ltr">HTTP %d %s</code></p>', $response->status, esc_html(get_status_header_desc($response->status)));
        echo Markup::headers($response->headers, __('Headers of the answer', 'hookwright'));
        echo '<h4>', esc_html__('Body', 'hookwright'), '</h4>';
        if ($response->body === '') {
            echo '<p class="hookwright-quiet">', esc_html__('empty', 'hookwright'), '</p>';

            return;
        }
        echo Markup::code(Markup::pretty($response->body), __('Body of the answer', 'hookwright'));
        if ($response->truncated) {
            echo '<p class="hookwright-quiet">', esc_html__('The rest of the answer was not kept.', 'hookwright'), '</p>';
        }
    }

    private static function result(Attempt $attempt): string
    {
        $outcome = $attempt->outcome;

        return match ($outcome?->case) {
            'response' => (string) $outcome->value->status,
            'failure' => __('No answer', 'hookwright'),
            'released' => __('Not sent', 'hookwright'),
            default => __('Unknown', 'hookwright'),
        };
    }
}
