<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Admin;

use Hookwright\Exception\HookwrightException;
use Hookwright\Exception\NotAvailable;
use Hookwright\Exception\NotFound;
use Hookwright\WordPress\Site;

/**
 * One screen of wp-admin: what was asked for is done before anything is written, then the screen is written.
 *
 * A failure of Hookwright's becomes a notice on the screen; wp-admin itself goes on.
 */
abstract class Screen
{
    private ?HookwrightException $failure = null;

    public function __construct(protected readonly Site $site)
    {
    }

    /** The `page` of its address. */
    abstract public function page(): string;

    /** Its name in the menu. */
    abstract public function name(): string;

    /** Does what was asked for, and reads what there is to show. Called before any output. */
    abstract protected function prepare(): void;

    /** Writes the screen. */
    abstract protected function write(): void;

    /** WordPress calls this on `load-…`. */
    final public function load(): void
    {
        Access::demand();
        try {
            $this->prepare();
        } catch (HookwrightException $failure) {
            $this->failure = $failure;
        }
    }

    /** WordPress calls this where the screen's content belongs. */
    final public function show(): void
    {
        Access::demand();
        ob_start();
        if ($this->failure === null) {
            try {
                $this->write();
            } catch (HookwrightException $failure) {
                $this->failure = $failure;
                ob_clean();
            }
        }
        if ($this->failure !== null) {
            $this->writeFailure($this->failure);
        }
        $written = (string) ob_get_clean();
        echo '<div class="wrap hookwright">', $written, '</div>';
    }

    /** Adds a tab to the screen's help. */
    protected function help(string $id, string $title, string ...$paragraphs): void
    {
        get_current_screen()?->add_help_tab([
            'id' => "hookwright-{$id}",
            'title' => $title,
            'content' => implode('', array_map(
                static fn (string $text) => '<p>' . wp_kses($text, ['code' => [], 'strong' => [], 'em' => []]) . '</p>',
                $paragraphs,
            )),
        ]);
    }

    /** Writes the heading, a link beside it, and what the last change had to say. */
    protected function writeHeading(string $title, ?string $address = null, string $linkText = ''): void
    {
        printf('<h1 class="wp-heading-inline">%s</h1>', esc_html($title));
        if ($address !== null) {
            echo ' ', Markup::link($address, $linkText, 'page-title-action');
        }
        echo '<hr class="wp-header-end">';
        Flash::show();
    }

    private function writeFailure(HookwrightException $failure): void
    {
        printf('<h1>%s</h1>', esc_html($this->name()));
        Flash::show();
        if ($failure instanceof NotFound) {
            Markup::notice('error', esc_html__('This does not exist any more.', 'hookwright'), false);
        } elseif (!$failure instanceof NotAvailable) {
            // Why Hookwright is not available stands in the notice that every screen has.
            Markup::notice('error', esc_html($failure->getMessage()), false);
        } elseif ($this->site->problem() === null) {
            Markup::notice('error', esc_html($failure->getMessage()), false);
        }
        echo '<p>', $failure instanceof NotAvailable
            ? Markup::link(Link::to(Link::SETTINGS, ['tab' => 'settings']), __('Settings for sites without FFI', 'hookwright'), 'button')
            : Markup::link(Link::to($this->page()), __('Back', 'hookwright'), 'button'), '</p>';
    }
}
