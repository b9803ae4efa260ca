#!/usr/bin/env Rscript
# Three figures from two run files: trajectories, a difference, who carries the hours.
#
#     Rscript figures.R ONE.h5 OTHER.h5 PICTURE.png
#
# Both runs must have the same seed and replicates, and agents (`samskab run --agents WEEKS`).  Needs
# ncdf4 (Debian: r-base-core r-cran-ncdf4).  R reads dimensions from the last to the first: a series
# is [municipality, week, replicate].

blue <- "#0072b2"
orange <- "#d55e00"
grey <- "#666666"
quarter <- 13    # weeks
onboarding <- 3  # from this status on a citizen co-produces

# A series of the first municipality, [week, replicate].
series <- function(run, name) ncvar_get(run, name, collapse_degen = FALSE)[1, , , drop = TRUE]

text_of <- function(run, name, attribute) ncatt_get(run, name, attribute)$value

clear <- function(colour) adjustcolor(colour, 0.25)

band <- function(x, low, high, colour)
    polygon(c(x, rev(x)), c(low, rev(high)), col = clear(colour), border = NA)

# Mean over replicates, and the range of nine in ten.
trajectories <- function(run) {
    years <- ncvar_get(run, "time") / 52
    plot(range(years), c(0, 1), type = "n", xlab = "years", ylab = "")
    title(paste0(text_of(run, 0, "title"), ":\nco-producers, 0 to 1"), adj = 0)
    names <- c("motivation", "burnout", "trust")
    colours <- c(blue, orange, grey)
    for (k in seq_along(names)) {
        values <- series(run, names[k])
        range90 <- apply(values, 1, quantile, c(0.05, 0.95), na.rm = TRUE)
        band(years, range90[1, ], range90[2, ], colours[k])
        lines(years, rowMeans(values), col = colours[k], lty = k, lwd = 1.5)
    }
    legend("topright", names, col = colours, lty = 1:3, lwd = 1.5, bty = "n")
}

# Means of each quarter, [quarter, replicate].
by_quarter <- function(values) {
    quarters <- nrow(values) %/% quarter
    apply(values[seq_len(quarters * quarter), , drop = FALSE], 2,
          function(x) colMeans(matrix(x, quarter)))
}

# Quarter by quarter: the same chance in both runs, so what differs is the scenario.
difference <- function(run, other, name = "hours_done") {
    change <- by_quarter(series(other, name) - series(run, name))
    years <- (seq_len(nrow(change)) - 0.5) * quarter / 52
    n <- ncol(change)
    mean <- rowMeans(change)
    half <- qt(0.975, n - 1) * apply(change, 1, sd) / sqrt(n)
    plot(years, mean, type = "n", ylim = range(0, mean - half, mean + half), xlab = "years",
         ylab = text_of(run, name, "units"))
    title(paste0(text_of(other, 0, "title"), " minus the other:\n",
                 text_of(run, name, "long_name")), adj = 0)
    abline(h = 0, col = grey)
    band(years, mean - half, mean + half, blue)
    lines(years, mean, col = blue, lwd = 1.5)
}

# Shares of co-producers and of their hours, from those with the fewest; all replicates.
lorenz <- function(run) {
    last <- run$dim[["agents/agent_time"]]$len
    status <- ncvar_get(run, "agents/status", collapse_degen = FALSE)[, last, ]
    hours <- ncvar_get(run, "agents/recent_hours", collapse_degen = FALSE)[, last, ]
    hours <- cumsum(c(0, sort(hours[status >= onboarding])))
    people <- seq(0, 1, length.out = length(hours))
    hours <- hours / hours[length(hours)]
    gini <- 1 - sum(diff(people) * (hours[-1] + hours[-length(hours)]))
    list(people = people, hours = hours, gini = gini)
}

who_carries <- function(runs) {
    plot(c(0, 1), c(0, 1), type = "l", col = grey, xlab = "share of co-producers",
         ylab = "share of their hours")
    title("Who carries the hours\n(straight line: all alike)", adj = 0)
    colours <- c(blue, orange)
    labels <- character(0)
    for (k in seq_along(runs)) {
        curve <- lorenz(runs[[k]])
        lines(curve$people, curve$hours, col = colours[k], lty = k, lwd = 1.5)
        labels[k] <- sprintf("%s\n(Gini %.2f)", text_of(runs[[k]], 0, "title"), curve$gini)
    }
    legend("topleft", labels, col = colours, lty = 1:2, lwd = 1.5, bty = "n", y.intersp = 2)
}

main <- function(one, other, picture) {
    suppressPackageStartupMessages(library(ncdf4))
    runs <- list(nc_open(one), nc_open(other))
    png(picture, width = 880, height = 304, pointsize = 16)
    par(mfrow = c(1, 3), mar = c(4.2, 4.2, 3, 0.5), cex.main = 1, font.main = 1, bty = "l",
        las = 1)
    trajectories(runs[[1]])
    difference(runs[[1]], runs[[2]])
    who_carries(runs)
    invisible(dev.off())
    for (run in runs) nc_close(run)
}

arguments <- commandArgs(trailingOnly = TRUE)
if (length(arguments) != 3)
    stop("usage: figures.R ONE.h5 OTHER.h5 PICTURE.png", call. = FALSE)
main(arguments[1], arguments[2], arguments[3])
