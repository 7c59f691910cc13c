<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Admin\Settings;

use Hookwright\WordPress\Admin\Access;
use Hookwright\WordPress\Admin\Input;
use Hookwright\WordPress\Admin\Link;
use Hookwright\WordPress\Admin\Markup;
use Hookwright\WordPress\Bridges\Import;
use Hookwright\WordPress\Bridges\ImportStep;
use Hookwright\WordPress\Bridges\Origin;
use Hookwright\WordPress\Bridges\Origins;
use Hookwright\WordPress\Bridges\Takeover;
use Hookwright\WordPress\Bridges\TakeoverState;
use Hookwright\WordPress\Site;

/**
 * Taking over the webhooks of another plugin: what there is, and the two steps.
 *
 * Secrets that are new stand in the answer to the step that made them, and nowhere else.
 */
final class ImportPanel
{
    private const NONCE = 'hookwright-import-';

    /** @var array<string, Origin> */
    private readonly array $origins;

    /** @var array<string, list<Takeover>> by origin */
    private array $takeovers = [];

    private ImportStep $step = ImportStep::Look;

    public function __construct(private readonly Site $site)
    {
        $this->origins = self::origins();
    }

    /** Whether there is anything to take over, so that the tab is worth showing. */
    public static function isNeeded(): bool
    {
        return self::origins() !== [];
    }

    /** @return array<string, Origin> those that are the user's business */
    private static function origins(): array
    {
        return array_filter(Origins::all(), static fn (Origin $origin) => current_user_can($origin->capability()));
    }

    /** Does the step that was asked for. */
    public function prepare(): void
    {
        $form = Input::form();
        $name = $form->text('origin');
        if (Input::isPost()) {
            Access::demandFor(self::NONCE . $name);
            $this->step = ImportStep::tryFrom($form->text('step')) ?? ImportStep::Look;
        }
        foreach ($this->origins as $origin) {
            $step = $origin->name() === $name ? $this->step : ImportStep::Look;
            $this->takeovers[$origin->name()] = (new Import($this->site, $origin))->run($step);
        }
    }

    public function write(): void
    {
        foreach ($this->origins as $origin) {
            Markup::openBox(sprintf(
                /* translators: %s: the name of a plugin, as "WooCommerce" */
                __('Webhooks of %s', 'hookwright'),
                $origin->title(),
            ));
            $takeovers = $this->takeovers[$origin->name()] ?? [];
            if ($takeovers === []) {
                echo '<p>', esc_html__('It has none.', 'hookwright'), '</p>';
            } else {
                echo '<p>', esc_html__('A copy keeps URL, topics and secret, and its requests look the same to the receiver. First make copies that are paused, and look at them; then have them send in the place of the originals. Nothing is sent twice.', 'hookwright'), '</p>';
                $this->writeTable($takeovers);
                $this->writeForm($origin);
            }
            Markup::closeBox();
        }
    }

    /** @param list<Takeover> $takeovers */
    private function writeTable(array $takeovers): void
    {
        echo '<table class="widefat striped"><thead><tr>';
        $columns = [__('Name', 'hookwright'), __('Topics', 'hookwright'), __('Sends', 'hookwright'), __('Copy', 'hookwright')];
        foreach ($columns as $column) {
            printf('<th scope="col">%s</th>', esc_html($column));
        }
        echo '</tr></thead><tbody>';
        foreach ($takeovers as $one) {
            $original = $one->original;
            printf(
                '<tr><td><strong>%s</strong><span class="hookwright-url" dir="ltr">%s</span></td><td><code>%s</code></td>'
                . '<td>%s</td><td>%s</td></tr>',
                esc_html($original->name === '' ? $original->label() : $original->name),
                esc_html($original->url),
                esc_html(implode(', ', $original->topics)),
                $original->isActive ? esc_html__('yes', 'hookwright') : esc_html__('no', 'hookwright'),
                self::copy($one),
            );
        }
        echo '</tbody></table>';
    }

    private static function copy(Takeover $one): string
    {
        [$tone, $text] = match ($one->state) {
            TakeoverState::Found => ['off', __('None yet', 'hookwright')],
            TakeoverState::Copied => ['good', __('Made, paused', 'hookwright')],
            TakeoverState::Present => ['good', __('Made', 'hookwright')],
            TakeoverState::TakenOver => ['good', __('Sends in its place', 'hookwright')],
            TakeoverState::Refused => ['bad', __('Cannot be made', 'hookwright')],
        };
        $markup = Markup::badge($tone, $text);
        if ($one->webhookId !== null) {
            $markup .= ' ' . Markup::link(Link::webhook($one->webhookId), __('See it', 'hookwright'));
        }
        if ($one->message !== null) {
            $markup .= '<span class="hookwright-why">' . Markup::prose($one->message) . '</span>';
        }

        return $one->newSecret === null ? $markup : $markup . Markup::code($one->newSecret, __('Secret', 'hookwright'));
    }

    private function writeForm(Origin $origin): void
    {
        printf(
            '<form method="post" action="%s">%s<input type="hidden" name="origin" value="%s">',
            esc_url(Link::to(Link::SETTINGS, ['tab' => 'import'])),
            wp_nonce_field(self::NONCE . $origin->name(), '_wpnonce', true, false),
            esc_attr($origin->name()),
        );
        printf(
            '<p><button class="button" name="step" value="copy">%s</button> '
            . '<button class="button button-primary" name="step" value="take-over" data-confirm="%s">%s</button></p></form>',
            esc_html__('Make copies, paused', 'hookwright'),
            $origin->name() === 'ultimate-multisite'
                ? esc_attr__('Have the copies send? The originals are removed, because Ultimate Multisite sends also what is switched off.', 'hookwright')
                : esc_attr__('Have the copies send? The originals are paused.', 'hookwright'),
            esc_html__('Have the copies send, and stop the originals', 'hookwright'),
        );
    }
}
