using SkillFactory.Cli;

var context = CliContext.OfProcess();
using var signals = context.Signals;
return await CliApp.RunAsync(args, context);
